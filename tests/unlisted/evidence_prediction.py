# %% wrong="companions alone"
def evidence_prediction(train, evaluate, x, companions):
    return ({29: "T", 30: "D"}, np.abs(train(companions)[0] - train(x)[0]).max(),
            np.abs(evaluate(companions)[0] - evaluate(x)[0]).max())

# %% wrong="companions added to the batch"
def evidence_prediction(train, evaluate, x, companions):
    both = np.concatenate([x, companions])
    return ({29: "T", 30: "D"}, np.abs(train(both)[0] - train(x)[0]).max(),
            np.abs(evaluate(both)[0] - evaluate(x)[0]).max())

# %% wrong="one function against the other" named="modes_compared"
def evidence_prediction(train, evaluate, x, companions):
    other = np.concatenate([x[:1], companions])
    return ({29: "T", 30: "D"}, np.abs(train(x)[0] - evaluate(x)[0]).max(),
            np.abs(train(other)[0] - evaluate(other)[0]).max())

# %% wrong="the last row"
def evidence_prediction(train, evaluate, x, companions):
    other = np.concatenate([companions, x[-1:]])
    return ({29: "T", 30: "D"}, np.abs(train(other)[-1] - train(x)[-1]).max(),
            np.abs(evaluate(other)[-1] - evaluate(x)[-1]).max())

# %% wrong="squared change"
def evidence_prediction(train, evaluate, x, companions):
    other = np.concatenate([x[:1], companions])
    return ({29: "T", 30: "D"}, ((train(other)[0] - train(x)[0]) ** 2).sum(),
            ((evaluate(other)[0] - evaluate(x)[0]) ** 2).sum())

# %% wrong="companions below, nobody leaves"
def evidence_prediction(train, evaluate, x, companions):
    other = np.vstack([x, companions])
    return {29: "T", 30: "D"}, np.abs(train(other)[0] - train(x)[0]).max(), np.abs(evaluate(other)[0] - evaluate(x)[0]).max()

# %% wrong="all rows counted" named="companions_counted"
def evidence_prediction(train, evaluate, x, companions):
    other = np.vstack([x[0], companions])
    n = min(len(other), len(x))
    return {29: "T", 30: "D"}, np.abs(train(other)[:n] - train(x)[:n]).max(), np.abs(evaluate(other)[:n] - evaluate(x)[:n]).max()

# %% wrong="train against evaluate" named="modes_compared"
def evidence_prediction(train, evaluate, x, companions):
    other = np.vstack([x[:1], companions])
    return {29: "T", 30: "D"}, np.abs(train(x)[0] - evaluate(x)[0]).max(), np.abs(train(other)[0] - evaluate(other)[0]).max()

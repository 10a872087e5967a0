# %% [markdown]
# Answers to `evidence_prediction`: right in several styles, and wrong in every way the check should name,
# a wrong verdict on each of its claims among them.

# %% right="step_by_step"
def evidence_prediction(train, evaluate, x, companions):
    verdicts = {29: "T", 30: "D"}
    exchanged = np.concatenate([x[:1], companions])
    train_change = np.abs(train(exchanged)[0] - train(x)[0]).max()
    eval_change = np.abs(evaluate(exchanged)[0] - evaluate(x)[0]).max()
    return verdicts, train_change, eval_change

# %% right="vstack"
def evidence_prediction(train, evaluate, x, companions):
    other = np.vstack((x[0], companions))
    return {29: "T", 30: "D"}, *(np.max(abs(f(x)[0] - f(other)[0])) for f in (train, evaluate))

# %% right="a_copy_filled_up"
def evidence_prediction(train, evaluate, x, companions):
    other = np.empty((1 + len(companions), x.shape[1]))
    other[0], other[1:] = x[0], companions
    changes = [float(np.linalg.norm(layer(x)[0] - layer(other)[0], np.inf)) for layer in (train, evaluate)]
    return {29: "T", 30: "D"}, changes[0], changes[1]

# %% wrong="signed_change"
def evidence_prediction(train, evaluate, x, companions):
    verdicts = {29: "T", 30: "D"}
    exchanged = np.concatenate([x[:1], companions])
    train_change = (train(exchanged)[0] - train(x)[0]).max()
    eval_change = (evaluate(exchanged)[0] - evaluate(x)[0]).max()
    return verdicts, train_change, eval_change

# %% wrong="mean_change"
def evidence_prediction(train, evaluate, x, companions):
    verdicts = {29: "T", 30: "D"}
    exchanged = np.concatenate([x[:1], companions])
    train_change = np.abs(train(exchanged)[0] - train(x)[0]).mean()
    eval_change = np.abs(evaluate(exchanged)[0] - evaluate(x)[0]).mean()
    return verdicts, train_change, eval_change

# %% wrong="companions_counted"
def evidence_prediction(train, evaluate, x, companions):
    verdicts = {29: "T", 30: "D"}
    exchanged = np.concatenate([x[:1], companions])
    train_change = np.abs(train(exchanged) - train(x)).max()
    eval_change = np.abs(evaluate(exchanged) - evaluate(x)).max()
    return verdicts, train_change, eval_change

# %% wrong="compared_with_alone"
def evidence_prediction(train, evaluate, x, companions):
    verdicts = {29: "T", 30: "D"}
    exchanged = x[:1]
    train_change = np.abs(train(exchanged)[0] - train(x)[0]).max()
    eval_change = np.abs(evaluate(exchanged)[0] - evaluate(x)[0]).max()
    return verdicts, train_change, eval_change

# %% wrong="results_exchanged"
def evidence_prediction(train, evaluate, x, companions):
    verdicts = {29: "T", 30: "D"}
    exchanged = np.concatenate([x[:1], companions])
    train_change = np.abs(train(exchanged)[0] - train(x)[0]).max()
    eval_change = np.abs(evaluate(exchanged)[0] - evaluate(x)[0]).max()
    return verdicts, eval_change, train_change

# %% wrong="mean_change+results_exchanged"
def evidence_prediction(train, evaluate, x, companions):
    verdicts = {29: "T", 30: "D"}
    exchanged = np.concatenate([x[:1], companions])
    train_change = np.abs(train(exchanged)[0] - train(x)[0]).mean()
    eval_change = np.abs(evaluate(exchanged)[0] - evaluate(x)[0]).mean()
    return verdicts, eval_change, train_change

# %% wrong="verdict_29"
def evidence_prediction(train, evaluate, x, companions):
    verdicts = {29: "F", 30: "D"}
    exchanged = np.concatenate([x[:1], companions])
    train_change = np.abs(train(exchanged)[0] - train(x)[0]).max()
    eval_change = np.abs(evaluate(exchanged)[0] - evaluate(x)[0]).max()
    return verdicts, train_change, eval_change

# %% wrong="verdict_30"
def evidence_prediction(train, evaluate, x, companions):
    verdicts = {29: "T", 30: "T"}
    exchanged = np.concatenate([x[:1], companions])
    train_change = np.abs(train(exchanged)[0] - train(x)[0]).max()
    eval_change = np.abs(evaluate(exchanged)[0] - evaluate(x)[0]).max()
    return verdicts, train_change, eval_change

# %% wrong="verdict_29+verdict_30"
def evidence_prediction(train, evaluate, x, companions):
    verdicts = {29: "F", 30: "T"}
    exchanged = np.concatenate([x[:1], companions])
    train_change = np.abs(train(exchanged)[0] - train(x)[0]).max()
    eval_change = np.abs(evaluate(exchanged)[0] - evaluate(x)[0]).max()
    return verdicts, train_change, eval_change

# %% wrong="modes_compared"
def evidence_prediction(train, evaluate, x, companions):
    z = np.vstack([x[:1], companions])
    return {29: "T", 30: "D"}, abs(train(x)[0] - evaluate(x)[0]).max(), abs(train(z)[0] - evaluate(z)[0]).max()

# %% wrong="change_length"
def evidence_prediction(train, evaluate, x, companions):
    z = np.vstack([x[:1], companions])
    return (
        {29: "T", 30: "D"},
        np.linalg.norm(train(z)[0] - train(x)[0]),
        np.linalg.norm(evaluate(z)[0] - evaluate(x)[0]),
    )

# %% right="concatenate a kept first row"
def evidence_prediction(train, evaluate, x, companions):
    other = np.concatenate([x[:1], companions])
    return ({29: "T", 30: "D"}, *(np.linalg.norm(f(other)[0] - f(x)[0], np.inf) for f in (train, evaluate)))

# %% right="row_stack of a list"
def evidence_prediction(train, evaluate, x, companions):
    def change(f):
        return float(max(map(abs, np.subtract(f(np.array([x[0], *companions]))[0], f(x)[0]))))
    return {29: "T", 30: "D"}, change(train), change(evaluate)

# %% [markdown]
# Answers to `mse_and_gradient`: right in several styles, and wrong in every way the check should name.

# %% right="vectorised"
def mse_and_gradient(w, b, x, y):
    error = x @ w + b - y
    return np.mean(error**2), 2 * x.T @ error / len(x), 2 * error.mean()

# %% right="residual_the_other_way"
def mse_and_gradient(w, b, x, y):
    error = y - (x @ w + b)
    return np.mean(error**2), -2 * x.T @ error / len(x), -2 * error.mean()

# %% right="loops"
def mse_and_gradient(w, b, x, y):
    rows, features = x.shape
    loss, dw, db = 0.0, np.zeros(features), 0.0
    for n in range(rows):
        error = sum(x[n, d] * w[d] for d in range(features)) + b - y[n]
        loss += error**2 / rows
        for d in range(features):
            dw[d] += 2 * error * x[n, d] / rows
        db += 2 * error / rows
    return loss, dw, db

# %% right="einsum"
def mse_and_gradient(w, b, x, y):
    error = x @ w + b - y
    return error @ error / len(error), 2 / len(x) * np.einsum("nd,n->d", x, error), 2 * error.mean()

# %% right="column_of_ones"
def mse_and_gradient(w, b, x, y):
    ones = np.hstack([x, np.ones((len(x), 1))])
    error = ones @ np.append(w, b) - y
    gradient = 2 * ones.T @ error / len(x)
    return np.square(error).mean(), gradient[:-1], gradient[-1]

# %% right="columns"
def mse_and_gradient(w, b, x, y):
    error = (x @ w.reshape(-1, 1) + b).ravel() - y
    return (error**2).sum() / len(y), (2 * error[:, None] * x).mean(axis=0), 2 * error.sum() / len(y)

# %% right="complex step"
def mse_and_gradient(w, b, x, y):
    def loss(w, b):
        return np.sum((x @ w + b - y) ** 2) / len(y)
    h = 1e-200
    dw = np.array([loss(w + 1j * h * e, b).imag / h for e in np.eye(len(w))])
    return loss(w, b), dw, loss(w, b + 1j * h).imag / h

# %% wrong="half_loss"
def mse_and_gradient(w, b, x, y):
    error = x @ w + b - y
    return 0.5 * np.mean(error**2), 2 * x.T @ error / len(x), 2 * error.mean()

# %% wrong="loss_root"
def mse_and_gradient(w, b, x, y):
    error = x @ w + b - y
    return np.sqrt(np.mean(error**2)), 2 * x.T @ error / len(x), 2 * error.mean()

# %% wrong="loss_sum"
def mse_and_gradient(w, b, x, y):
    error = x @ w + b - y
    return np.sum(error**2), 2 * x.T @ error / len(x), 2 * error.mean()

# %% wrong="loss_absolute"
def mse_and_gradient(w, b, x, y):
    error = x @ w + b - y
    return np.mean(abs(error)), 2 * x.T @ error / len(x), 2 * error.mean()

# %% wrong="mean_before_square"
def mse_and_gradient(w, b, x, y):
    error = x @ w + b - y
    return np.mean(error) ** 2, 2 * x.T @ error / len(x), 2 * error.mean()

# %% wrong="slope_halved"
def mse_and_gradient(w, b, x, y):
    error = x @ w + b - y
    return np.mean(error**2), x.T @ error / len(x), error.mean()

# %% wrong="gradient_sum"
def mse_and_gradient(w, b, x, y):
    error = x @ w + b - y
    return np.mean(error**2), 2 * x.T @ error, 2 * error.sum()

# %% wrong="db_sum"
def mse_and_gradient(w, b, x, y):
    error = x @ w + b - y
    return np.mean(error**2), 2 * x.T @ error / len(x), 2 * error.sum()

# %% wrong="bias_forgotten"
def mse_and_gradient(w, b, x, y):
    error = x @ w - y
    return np.mean(error**2), 2 * x.T @ error / len(x), 2 * error.mean()

# %% wrong="gradient_uphill"
def mse_and_gradient(w, b, x, y):
    error = y - (x @ w + b)
    return np.mean(error**2), 2 * x.T @ error / len(x), 2 * error.mean()

# %% wrong="dw_per_example"
def mse_and_gradient(w, b, x, y):
    error = x @ w + b - y
    return np.mean(error**2), (2 * error[:, None] * x).mean(axis=1), 2 * error.mean()

# %% wrong="x_not_transposed"
def mse_and_gradient(w, b, x, y):
    error = x @ w + b - y
    return np.mean(error**2), 2 * x @ error / len(x), 2 * error.mean()

# %% wrong="in_place"
def mse_and_gradient(w, b, x, y):
    prediction = x @ w + b
    y -= prediction
    return np.mean(y**2), -2 * x.T @ y / len(x), -2 * np.mean(y)

# %% wrong="half_loss+slope_halved"
def mse_and_gradient(w, b, x, y):
    error = x @ w + b - y
    return np.mean(error**2) / 2, x.T @ error / len(x), error.mean()

# %% wrong="loss_sum+gradient_sum"
def mse_and_gradient(w, b, x, y):
    error = x @ w + b - y
    return np.sum(error**2), 2 * x.T @ error, 2 * error.sum()

# %% wrong="bias_forgotten+gradient_uphill"
def mse_and_gradient(w, b, x, y):
    error = y - x @ w
    return np.mean(error**2), 2 * x.T @ error / len(x), 2 * error.mean()

# %% wrong="slope_halved+db_sum"
def mse_and_gradient(w, b, x, y):
    error = x @ w + b - y
    return np.mean(error**2), x.T @ error / len(x), error.sum()

# %% right="one matrix with a column of ones"
def mse_and_gradient(w, b, x, y):
    a = np.column_stack([x, np.ones(len(x))])
    e = a @ np.append(w, b) - y
    g = 2 / len(y) * e @ a
    return np.mean(e**2).item(), g[:-1], g[-1].item()

# %% right="loops over plain lists"
def mse_and_gradient(w, b, x, y):
    n, d = x.shape
    errors = [sum(x[i][j] * w[j] for j in range(d)) + b - y[i] for i in range(n)]
    return (sum(e * e for e in errors) / n, [2 * sum(errors[i] * x[i][j] for i in range(n)) / n for j in range(d)],
            2 * sum(errors) / n)

# %% right="torch's autograd"
import torch

def mse_and_gradient(w, b, x, y):
    wt = torch.tensor(w, dtype=torch.float64, requires_grad=True)
    bt = torch.tensor(float(b), dtype=torch.float64, requires_grad=True)
    loss = torch.nn.functional.mse_loss(torch.tensor(x, dtype=torch.float64) @ wt + bt, torch.tensor(y, dtype=torch.float64))
    loss.backward()
    return loss.item(), wt.grad.numpy(), bt.grad.item()

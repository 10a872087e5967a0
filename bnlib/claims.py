"""The thirty claims of lesson 12 in the course's words, and the themes they are weighed in.  No verdicts stand here."""

from __future__ import annotations

CLAIMS: dict[int, str] = {
    1: "Where one feature spreads much wider than another, the loss is much steeper along its weight.",
    2: "On such a surface one learning rate for all weights is slow: a rate that the steep direction bears leaves most "
       "of the error along the flat one.",
    3: "Standardize the features, and the contours of the squared loss are circles.",
    4: "In batch norm, a batch has as many means as it has examples.",
    5: "Batch norm's μ is the mean over the components of one example.",
    6: "Batch norm ties the examples of a batch together: move one, and the outputs of others move.",
    7: "A training batch of a single feature vector is useless: whatever it holds, the same comes out.",
    8: "Normalized values keep within a fixed interval, the same for batches of every size.",
    9: "Normalizing makes a batch robust: an outlier hardly changes what becomes of the others.",
    10: "At prediction, normalizing pulls an example that lies far from the training data back among them.",
    11: "After normalizing, a feature is distributed like a standard normal.",
    12: "Whatever two batches hold: once each is normalized, they have one and the same distribution.",
    13: "A discriminator with batch norm that gets real and generated data in separate batches cannot tell them apart.",
    14: "No choice of γ and β makes batch norm give its input back.",
    15: "After batch norm, β is the mean of a feature and γ is its variance.",
    16: "On the nearly bell-shaped weighted sums of a layer: with γ = 1 and β = 0, a sigmoid behind batch norm runs "
        "almost on a straight line.",
    17: "A bias added right before batch norm changes nothing in training.",
    18: "Multiply the weights right before batch norm by k > 0, and (ε aside) the output stays what it was.",
    19: "An optimizer that does not know of the normalization can let a bias grow on and on while the loss stands "
        "still.",
    20: "The gradient has to pass through μ: taken for a constant, it gives a slope that the loss does not have.",
    21: "The averages of the batches' means and variances are, within a few percent, those of the whole data.",
    22: "One may as well average σ over the batches: its mean, squared, is the variance.",
    23: "Data must be shuffled: in batches sorted by class, a batch's variance is far below that of the data.",
    24: "A batch must be large enough to stand for the data: the error of its mean falls as the batch grows.",
    25: "Because each batch has a μ of its own, batch norm shakes every activation by a good part of its σ, and so "
        "regularizes.",
    26: "The average of batch means comes near the mean of the data because, by the central limit theorem, batch means "
        "are normally distributed.",
    27: "In PyTorch, momentum = 0.1 is what the old running mean weighs.",
    28: "While the weights still move, an average that weighs late batches more is nearer to the truth than the plain "
        "average over all batches.",
    29: "In training mode an answer depends on who else is in the batch; with statistics kept from training it does "
        "not.",
    30: "Since PyTorch keeps running statistics by itself, an answer at test time does not depend on its companions.",
}

TITLES = {
    "evidence_scale": "Scale",
    "evidence_axes": "Whose mean?",
    "evidence_coupling": "Company",
    "evidence_extremes": "Far out",
    "evidence_shape": "Shape",
    "evidence_gamma_beta": "γ and β",
    "evidence_invariance": "What cancels",
    "evidence_runaway": "An optimizer that does not know",
    "evidence_batches": "Averages of averages",
    "evidence_size": "How large is large enough?",
    "evidence_memory": "Memory",
    "evidence_prediction": "In service",
}

"""Which questions on Equations 1 to 17 have one right answer and telling wrong ones?

Unless a question says otherwise, beta = 2/3, gamma = -0.1 and zeta = 1.1. Numbers are checked against the
library in the tests.
"""

from collections.abc import Mapping
from typing import NamedTuple

__all__ = ["CONCEPTS", "Concept"]


class Concept(NamedTuple):
    """A question with one right answer.

    Attributes
    ----------
    name, text : str
    right, why : str
        The right answer, and the feedback to it.
    wrong : mapping
        Every other answer with its feedback.
    """

    name: str
    text: str
    right: str
    why: str
    wrong: Mapping[str, str]


CONCEPTS = (
    Concept(
        "Eq. 1: no slope",
        "Why can gradient descent not minimize the L0 norm of Eq. 1 itself?",
        "Its derivative by a weight is 0 wherever there is one.",
        "A count stays the same when a weight moves a little; at 0 it jumps.",
        {
            "Its derivative grows without bound near 0.": "That is an Lp norm with 0 < p < 1.",
            "It pulls all weights with the same force.": "That is the L1 norm.",
            "It has too many parameters.": "It has none of its own.",
        },
    ),
    Concept(
        "Eq. 3: coins",
        "Gates are independent coins with probabilities pi (Eq. 3). What is expensive?",
        "The expected loss: with n gates it is a sum over 2^n patterns.",
        "So it has to be sampled; the penalty is just the sum of the pi.",
        {
            "The penalty: it is a sum over 2^n patterns.": "It is the sum of n probabilities.",
            "Nothing: both terms are sums over n gates.": "The loss depends on all gates together.",
            "The gradient of the penalty by pi.": "It is lambda for every gate.",
        },
    ),
    Concept(
        "Eq. 5: why clip",
        "Why is s_bar clipped to [0, 1], rather than only squeezed into it by a sigmoid?",
        "The clip gives exact 0 and exact 1 a positive probability.",
        "A gate that is exactly 0 takes its weights out of the computation.",
        {
            "Without the clip there would be no gradient.": "It takes gradient away: it is flat outside.",
            "A sigmoid can be larger than 1.": "It lies between 0 and 1, and is never 0 or 1.",
            "It makes the mean of the gate 1/2.": "The mean follows log_alpha.",
        },
    ),
    Concept(
        "Eq. 8: noise apart",
        "What does Eq. 8, s = f(phi, eps), need of the noise eps?",
        "Its law must not depend on the parameters phi.",
        "With the noise held fixed, a sample is an ordinary function of phi and has a gradient.",
        {
            "It must be normal.": "For the hard concrete it is uniform.",
            "It must be drawn anew in the backward pass.": "It must be the same one as in the forward pass.",
            "It must be small.": "Nothing asks for that: log u - log(1 - u) has no bound.",
        },
    ),
    Concept(
        "Eq. 9: where noise enters",
        "Which part of the objective of Eq. 9 depends on the sampled gates?",
        "Only the loss: the penalty is computed from log_alpha in closed form.",
        "So a gate that was sampled closed still feels the penalty.",
        {
            "Only the penalty.": "It counts by P(z != 0), which needs no sample.",
            "Both: the penalty counts the gates sampled open.": "It takes their probability instead.",
            "Neither: noise is for the test.": "There is no noise at test time.",
        },
    ),
    Concept(
        "Eq. 10: the ends",
        "With which gamma and zeta can a gate be exactly 0 and exactly 1, and open as log_alpha grows?",
        "gamma < 0 and zeta > 1",
        "Then s (zeta - gamma) + gamma reaches past both ends of [0, 1].",
        {
            "gamma > 1 and zeta < 0": "So some slides have it: the gate would close as log_alpha grows.",
            "gamma = 0 and zeta = 1": "Then nothing is stretched and nothing clipped.",
            "0 < gamma < zeta < 1": "Then s_bar never leaves (0, 1).",
        },
    ),
    Concept(
        "Eq. 10: small beta",
        "log_alpha stays as it is and the temperature beta goes to 0. What becomes of the gate?",
        "A coin that is 1 with probability sigmoid(log_alpha).",
        "s goes to 0 or 1, and the term beta log(-gamma/zeta) of Eq. 12 goes to 0.",
        {
            "The constant sigmoid(log_alpha).": "The noise does not vanish: it is divided by beta as well.",
            "Uniform on [0, 1].": "Values between 0 and 1 become rare.",
            "Always open.": "Its probability goes to sigmoid(log_alpha).",
        },
    ),
    Concept(
        "Eq. 11: a clipped gate",
        "A gate was sampled with s_bar = -0.03. What moves its log_alpha in this step?",
        "The penalty alone.",
        "The clip is flat below 0, so the loss sends nothing; P(z != 0) has a slope everywhere.",
        {
            "The loss alone.": "dz/ds_bar is 0 there.",
            "The loss and the penalty.": "dz/ds_bar is 0 there, so the loss sends nothing.",
            "Nothing, until the noise opens it.": "The penalty needs no sample.",
        },
    ),
    Concept(
        "Eq. 12: at 0",
        "How probable is an open gate, P(z != 0), at log_alpha = 0?",
        "0.832",
        "sigmoid(0 - 2/3 log(0.1/1.1)).",
        {
            "0.5": "That is sigmoid(log_alpha): beta log(-gamma/zeta) is missing.",
            "0.168": "That is P(z = 0): the sign of the logarithm.",
            "0.917": "beta is missing before the logarithm.",
        },
    ),
    Concept(
        "Eqs. 12 and 13: at -2.398",
        "At log_alpha = log(0.1/1.1) = -2.398 the test gate of Eq. 13 has just become 0. What is P(z != 0)?",
        "0.310",
        "The two measure different things: a network without open gates at test still expects some.",
        {
            "0": "In training the noise still opens the gate at times.",
            "0.5": "P(z != 0) is 0.5 at beta log(0.1/1.1) = -1.599.",
            "0.083": "That is sigmoid(log_alpha): beta log(-gamma/zeta) is missing.",
        },
    ),
    Concept(
        "Eq. 12: the strongest pull",
        "At which log_alpha does the penalty of Eq. 12 pull hardest at log_alpha?",
        "-1.599",
        "The slope P (1 - P) is largest at P = 1/2, where log_alpha = beta log(-gamma/zeta).",
        {
            "0": "There P is 0.832, not 1/2.",
            "-2.398": "There the test gate closes; P is 0.310.",
            "It pulls equally everywhere.": "The slope is P (1 - P).",
        },
    ),
    Concept(
        "Eq. 13: the test gate",
        "What is the test gate of Eq. 13 at log_alpha = -1?",
        "0.223",
        "sigmoid(-1) stretched by 1.2 and shifted by -0.1; there is neither noise nor beta in it.",
        {
            "0.293": "That is the mean of the gate over the noise.",
            "0.119": "That is the median of the gate, which has beta in it.",
            "0.269": "That is sigmoid(-1): stretch it.",
        },
    ),
    Concept(
        "Eq. 15: weights that decay",
        "How does a weight count in the L2 penalty under gates (Eqs. 15 and 17)?",
        "Its square, times the probability that its gate is open.",
        "So the L2 penalty also pushes down the log_alpha of large weights.",
        {
            "Its square, whatever the gate.": "A weight that is probably gone counts less.",
            "The square of the weight times the gate's mean.": "The gate itself is not shrunk.",
            "Its square if the sampled gate is open, else 0.": "This penalty needs no sample either.",
        },
    ),
    Concept(
        "Eq. 16: groups",
        "In a 784-300-100-10 network each of the 784 inputs has a gate. What does one of these gates add to "
        "the L0 penalty?",
        "300 lambda P(z != 0)",
        "Each input feeds 300 weights, which share the gate.",
        {
            "lambda P(z != 0)": "The gate answers for a whole group of weights.",
            "784 lambda P(z != 0)": "That is how many gates the layer has.",
            "300 lambda z": "The probability counts, not the sample.",
        },
    ),
    Concept(
        "Batch norm",
        "A gate multiplies what goes into batch norm, and the batch shares it. Why do data hardly move it?",
        "Batch norm divides by the standard deviation, and with it by the gate.",
        "BN(z h) = BN(h) up to its eps. Put the gate behind batch norm.",
        {
            "Batch norm rounds the gate to 0 or 1.": "It does not see the gate by itself.",
            "Batch norm has no gradient.": "It has one; the gate cancels in it.",
            "The penalty is not computed there.": "The penalty is all that is left to move it.",
        },
    ),
    Concept(
        "FLOPs of a convolution",
        "A 5 x 5 convolution with biases makes 50 maps of 8 x 8 pixels from 20 maps. Multiplies and adds "
        "together, how many FLOPs does it take for one image?",
        "3,200,000",
        "2 x 5 x 5 x 20 x 50 at each of 64 positions: with a bias an output has as many adds as multiplies.",
        {
            "1,600,000": "Those are the multiplies alone.",
            "50,000": "Those are for one position.",
            "6,400,000": "The reference code slides over channels and height: (20 - 4) x (12 - 4) = 128 "
            "positions.",
        },
    ),
    Concept(
        "FLOPs behind closed gates",
        "A convolution makes 50 maps from 20 maps. At test half of the 20 and half of the 50 are closed. How "
        "much of its work has to be done?",
        "1/4",
        "Half of the inputs for half of the outputs. An own-gates count, as in the reference code, says 1/2.",
        {
            "1/2": "That counts the closed outputs only, as if all inputs were still there.",
            "3/4": "Both halves save, one after the other.",
            "All of it.": "Closed maps can be cut out: l0edu compact does so.",
        },
    ),
    Concept(
        "Compaction",
        "A test gate is 0.4. What does compaction do with it?",
        "It multiplies 0.4 into the weights next to it, and drops the gate.",
        "The small network computes the same numbers without any gate.",
        {
            "It removes its unit.": "Only a gate that is exactly 0 takes its unit with it.",
            "It rounds it to 0.": "That would change the outputs.",
            "It keeps it as a gate with noise.": "There is no noise at test time.",
        },
    ),
    Concept(
        "Two counts",
        "All gates of a network have log_alpha = -2.5. Which is true?",
        "No gate is open at test, but the expected L0 is not 0.",
        "Eq. 13 is 0 below -2.398; P(z != 0) is 0.29 at -2.5.",
        {
            "The expected L0 is 0 as well.": "P(z != 0) is positive for every log_alpha.",
            "All gates are open at test.": "They close at -2.398.",
            "The expected L0 says how many gates are open at test.": "It sums probabilities under noise.",
        },
    ),
    Concept(
        "Lambda and N",
        "The paper gives lambda = 0.1 / N for N training examples. Beside which loss does this lambda stand?",
        "The mean over examples.",
        "Beside the sum over all N it would be N times as large.",
        {
            "The sum over all examples.": "There lambda would be 0.1.",
            "The sum over a minibatch.": "The batch size does not enter.",
            "The loss of the worst example.": "Eq. 1 has a mean.",
        },
    ),
)

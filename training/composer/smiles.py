"""Is "rất vui" more than "vui"? The rule for a beaming face against the geometry of the mouth.

No public label says "very happy". What can be measured without a label is the smile itself: the
zygomatic muscle (action unit 12 of Ekman and Friesen's coding) pulls the mouth corners apart and
up. So for every photographed person with calm and smiling pictures, the mouth's width in eye
distances is compared with the same person's calm mouth, from landmarks that the expression model
never sees. ``python smiles.py --data DIR`` prints how well the model's intensity ranks the smiles
and how much wider the mouths are of faces that the rule calls beaming.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from faces import DEFAULT_DATA, Look, photographed
from scipy.stats import mannwhitneyu, spearmanr

from motcua_edge.vision.expression import load_expression
from motcua_edge.vision.settings import ScoreSettings


def mouth_width(look: Look) -> float:
    """Distance of the mouth corners in eye distances."""
    right_eye, left_eye, _, right, left = look.landmarks
    return float(np.hypot(*(left - right)) / np.hypot(*(left_eye - right_eye)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA)
    parser.add_argument("--half", choices=("all", "tune", "report"), default="all")
    options = parser.parse_args()
    model, rules = load_expression(), ScoreSettings()
    happy = list(model.labels).index("happiness")
    halves = ("tune", "report") if options.half == "all" else (options.half,)
    people = [p for p in photographed(options.data) if p.smiling and p.half in halves]
    rows = []
    for person in people:
        calm = np.mean([mouth_width(look) for look in person.calm])
        probabilities, intensity = model.read([look.pixels for look in person.smiling])
        for look, p, strength in zip(person.smiling, probabilities, intensity, strict=True):
            rows.append((mouth_width(look) / calm - 1, float(p[happy]), float(strength)))
    wider, pleasant, strength = np.array(rows).T
    beaming = (pleasant >= rules.beaming) & (strength >= rules.beaming_intensity)
    answer = {
        "people": len(people),
        "smiles": len(rows),
        "spearman_intensity_mouth": round(float(spearmanr(strength, wider).statistic), 3),
        "spearman_happiness_mouth": round(float(spearmanr(pleasant, wider).statistic), 3),
        "beaming": int(beaming.sum()),
        "mouth_wider_beaming": round(float(np.median(wider[beaming])), 3),
        "mouth_wider_other": round(float(np.median(wider[~beaming])), 3),
        "p_value": float(
            mannwhitneyu(wider[beaming], wider[~beaming], alternative="greater").pvalue
        ),
        "auc": round(
            float(
                mannwhitneyu(wider[beaming], wider[~beaming]).statistic
                / max(beaming.sum() * (~beaming).sum(), 1)
            ),
            3,
        ),
        "intensity_percentiles_5_50_95": [
            round(float(x), 3) for x in np.percentile(strength, [5, 50, 95])
        ],
    }
    print(json.dumps(answer, indent=1))


if __name__ == "__main__":
    main()

#!/usr/bin/env bash
# Executes every notebook from top to bottom, as somebody would who presses "run all".
#
#   notebooks/run.sh                               on a short run and a short study, which are made if they aren't there
#   notebooks/run.sh runs/quickstart               those that need no study, on a finished run: a folder, or a URI
#   notebooks/run.sh runs/quickstart runs/mine     all, the others on a run with a study
#
# The environment is made in notebooks/.venv, the executed notebooks lie in notebooks/executed.
# PYTHON names the Python to make it with (3.10 or newer; otherwise python3).
set -euo pipefail

notebooks=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && pwd)
home=$(dirname "$notebooks")
environment=$notebooks/.venv
python=${PYTHON:-python3}

mistake() {
  printf 'notebooks/run.sh: %s\n' "$1" >&2
  exit 2
}

make_environment() { # unless the one that is there has what requirements.txt names
  local installed=$environment/requirements.txt
  cmp -s "$notebooks/requirements.txt" "$installed" && return
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' ||
    mistake "Python 3.10 or newer is needed and $python is older or missing: set PYTHON to a newer one."
  printf 'Making the environment in %s; the first time that downloads libraries, which takes minutes …\n' "$environment" >&2
  "$python" -m venv "$environment"
  "$environment/bin/pip" install --quiet --disable-pip-version-check --requirement "$notebooks/requirements.txt"
  cp "$notebooks/requirements.txt" "$installed"
}

make_run() { # as CI's: complete, and small
  "$home/bin/espalier" run "$home/conf/quickstart.yaml" --output "$1" \
    --set training.steps=80 --set training.checkpoint_steps=20 --set training.schedule.peak_learning_rate=1.0e-3 \
    --set scoring.maximum_sequences_per_split=16 --set evaluation.cached_prior_sequences=16
}

make_study() { # every kind of trial that a notebook draws, and little else
  "$home/bin/espalier" study "$home/conf/study-sample.yaml" --output "$1" \
    --set training.steps=40 --set training.checkpoint_steps=40 --set scoring.maximum_sequences_per_split=24 \
    --set evaluation.cached_prior_sequences=24 --set 'study.seed_shares=[0.0, 0.75]' --set 'study.domain_counts=[]' \
    --set 'study.seeds=[]' --set study.expert_sweep.peak_learning_rates=[]
}

whole() { # the path of a folder; a URI as it is
  [[ $1 == *://* || -z $1 ]] && printf '%s' "$1" || realpath -m "$1"
}

make_environment
run=${1:-}
study=${2:-}
if [[ -z $run ]]; then
  run=$home/runs/notebooks
  study=$home/runs/notebooks-study
  make_run "$run"
  make_study "$study"
fi
"$home/bin/espalier" --version >/dev/null # builds what the notebooks start
"$environment/bin/python" "$notebooks/execute.py" "$(whole "$run")" "$(whole "$study")"

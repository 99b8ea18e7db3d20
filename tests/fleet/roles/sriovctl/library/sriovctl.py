#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Ansible module: plan what a configuration would change, or apply the host's own."""

import json

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = r"""
module: sriovctl
short_description: make the SR-IOV of a host what a file says
description:
  - Runs C(sriovctl plan) or C(sriovctl apply) and reports the steps and a diff.
  - A plan changes nothing, and reports a change in check mode only.
options:
  state:
    description: C(planned) for I(config), or C(applied) for what is in /etc/sriovctl.
    choices: [planned, applied]
    default: planned
    type: str
  config:
    description: The configuration to plan, as in sriovctl.yaml(5).
    type: str
  assume_yes:
    description: Answer yes where somebody would be disturbed.
    default: false
    type: bool
"""

RETURN = r"""
steps:
  description: Every step, as C(sriovctl --json) prints it.
  returned: always
  type: list
"""

# What a step must have come to, to be in the diff.
CHANGES = ("planned", "verified", "unreported", "unproven")


def value(of):
    """A value as sriovctl's own tables have it."""
    if of is None:
        return "-"
    if isinstance(of, bool):
        return "on" if of else "off"
    return str(of)


def side(steps, key):
    """One side of the diff: a line for each step."""
    return "".join(
        f"{step['object']} {step['attribute']} {value(step[key])}\n" for step in steps
    )


def message(stderr):
    """What sriovctl says is wrong, each with its place in the file and its hint."""
    said = []
    for line in stderr.splitlines():
        try:
            error = json.loads(line)
        except ValueError:
            said.append(line)
            continue
        if not isinstance(error, dict):
            said.append(line)
            continue
        for at in error.get("problems") or []:
            said.append(f"{at['file']}:{at['line']}:{at['column']}: {at['message']}")
        where = f"{error['object']}: " if error.get("object") else ""
        hint = f" ({error['hint']})" if error.get("hint") else ""
        said.append(f"{where}{error['message']}{hint}")
    return "\n".join(said)


def main():
    """Run it once and say what came of it."""
    module = AnsibleModule(
        argument_spec={
            "state": {"choices": ["planned", "applied"], "default": "planned"},
            "config": {"type": "str"},
            "assume_yes": {"type": "bool", "default": False},
        },
        required_if=[("state", "planned", ["config"])],
        supports_check_mode=True,
    )
    applies = module.params["state"] == "applied" and not module.check_mode
    command = [module.get_bin_path("sriovctl", required=True), "--json"]
    if applies:
        command += ["--yes"] if module.params["assume_yes"] else []
        command += ["apply"]
    elif module.params["state"] == "applied":
        command += ["plan"]
    else:
        command += ["plan", "-f", "-"]
    status, out, err = module.run_command(command, data=module.params["config"])
    report = json.loads(out) if out.strip() else {}
    steps = report.get("steps", [])
    done = [step for step in steps if step["status"] in CHANGES]
    result = {
        "changed": report.get("changed", False) if applies else
                   module.check_mode and bool(done),
        "steps": steps,
        "diff": {"before": side(done, "from"), "after": side(done, "to")},
    }
    if not applies and not module.check_mode:
        del result["diff"]
    if status != 0:
        module.fail_json(msg=message(err) or f"exit status {status}", rc=status, **result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()

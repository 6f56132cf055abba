# SPDX-License-Identifier: GPL-2.0-or-later
"""What a layer of netsniff --json says, for comparisons with other dissectors."""


def option(layer, name, key):
    """The values of 'key' in all options that are called 'name'."""
    return [x for o in layer.get("options", []) if o.get("name") == name and key in o
            for x in (o[key] if isinstance(o[key], list) else [o[key]])]


def opt(name, key):
    """option() of the layer that it is called with."""
    return lambda l: option(l, name, key)

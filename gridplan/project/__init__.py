"""Projects: a planner's scenarios, plans and edits of one district, kept in a folder.

::

    project.toml        name and format
    district/           the district's folder, copied
    scenarios/NAME.toml decisions; read by every command; [about] holds parent, notes, tags
    plans/NAME/         the plan, as ``gridplan plan`` writes it; NAME.json what it was made from
    edits/NAME.jsonl    edits by hand, with undo and redo
    opinions.jsonl      what was said of the plans, and what became of it
    versions/           frozen copies
    log.jsonl           what was done when

How the desk (or a notebook) uses it::

    project = Project.open(folder)                  # or Project.new(folder, district)
    for name in project.scenarios(): ...
    kept = project.scenario("基准")                  # kept.scenario, .parent, .notes, .tags
    kept = project.save(kept.changed(grids=3))      # ChangedMeanwhileError: another window saved
    project.copy("基准", "少一个网格"); project.rename(old, new); project.delete(name)
    project.difference(name)                        # changes against its parent
    project.plan_folder(name), project.plan_state(name).state   # current | stale | none
    project.journal(name).done                      # edits that hold; .undone can be redone
    project.log()

Everything that saves checks the revision that was read, holds a lock and replaces files whole.
"""

package dev.sluice.config;

import dev.sluice.api.Door;
import dev.sluice.api.Entrance;
import dev.sluice.api.Head;
import dev.sluice.api.Problem;
import dev.sluice.api.Response;

/// Leads to one door first and, once the models are loaded, to another.
final class SwitchingDoor implements Door {
  private volatile Door door;

  SwitchingDoor(Door first) {
    this.door = first;
  }

  void leadTo(Door next) {
    door = next;
  }

  @Override
  public Entrance enter(Head head) {
    return door.enter(head);
  }

  @Override
  public Response refuse(Problem problem, String detail) {
    return door.refuse(problem, detail);
  }
}

package dev.sluice.journal;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.control.Event;
import dev.sluice.experiment.Events;
import dev.sluice.experiment.Rule;
import dev.sluice.experiment.Values;
import dev.sluice.rollout.Cause;
import dev.sluice.rollout.Command;
import dev.sluice.rollout.Report;
import dev.sluice.rollout.State;
import dev.sluice.routing.Shadow;
import dev.sluice.routing.Strategy;
import dev.sluice.statistics.Margin;
import dev.sluice.statistics.MeanState;
import dev.sluice.statistics.QuantileState;
import dev.sluice.statistics.RateState;
import dev.sluice.statistics.RatioState;
import dev.sluice.statistics.TestState;

/// The names under which alternatives are kept. They stay when a class is renamed.
final class Kinds {
  private Kinds() {}

  static void addTo(JsonMapper.Builder mapper) {
    mapper
        .addMixIn(TestState.class, OfTestState.class)
        .addMixIn(State.class, OfState.class)
        .addMixIn(Cause.Actor.class, OfActor.class)
        .addMixIn(Rule.class, OfRule.class)
        .addMixIn(Events.class, OfEvents.class)
        .addMixIn(Values.class, OfValues.class)
        .addMixIn(Margin.class, OfMargin.class)
        .addMixIn(Event.class, OfEvent.class)
        .addMixIn(Command.class, OfCommand.class)
        .addMixIn(Report.class, OfReport.class)
        .addMixIn(Shadow.class, OfShadow.class)
        .addMixIn(Strategy.class, OfStrategy.class);
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "test")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = RatioState.class, name = "ratio"),
    @JsonSubTypes.Type(value = RateState.class, name = "rate"),
    @JsonSubTypes.Type(value = QuantileState.class, name = "quantile"),
    @JsonSubTypes.Type(value = MeanState.class, name = "mean")
  })
  private interface OfTestState {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = State.Draft.class, name = "draft"),
    @JsonSubTypes.Type(value = State.Starting.class, name = "starting"),
    @JsonSubTypes.Type(value = State.Running.class, name = "running"),
    @JsonSubTypes.Type(value = State.Paused.class, name = "paused"),
    @JsonSubTypes.Type(value = State.Completed.class, name = "completed"),
    @JsonSubTypes.Type(value = State.Promoted.class, name = "promoted"),
    @JsonSubTypes.Type(value = State.RolledBack.class, name = "rolled_back"),
    @JsonSubTypes.Type(value = State.Failed.class, name = "failed")
  })
  private interface OfState {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Cause.Actor.Judge.class, name = "judge"),
    @JsonSubTypes.Type(value = Cause.Actor.Clock.class, name = "clock"),
    @JsonSubTypes.Type(value = Cause.Actor.Platform.class, name = "platform"),
    @JsonSubTypes.Type(value = Cause.Actor.Person.class, name = "person")
  })
  private interface OfActor {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Rule.Ratio.class, name = "ratio"),
    @JsonSubTypes.Type(value = Rule.Maximum.class, name = "maximum"),
    @JsonSubTypes.Type(value = Rule.Quantile.class, name = "quantile"),
    @JsonSubTypes.Type(value = Rule.Mean.class, name = "mean")
  })
  private interface OfRule {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Events.Errors.class, name = "errors"),
    @JsonSubTypes.Type(value = Events.SlowerThan.class, name = "slower_than"),
    @JsonSubTypes.Type(value = Events.Loss.class, name = "loss")
  })
  private interface OfEvents {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Values.LatencySeconds.class, name = "latency_seconds"),
    @JsonSubTypes.Type(value = Values.Errors.class, name = "errors"),
    @JsonSubTypes.Type(value = Values.Score.class, name = "score")
  })
  private interface OfValues {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Margin.Ratio.class, name = "ratio"),
    @JsonSubTypes.Type(value = Margin.Tail.class, name = "tail"),
    @JsonSubTypes.Type(value = Margin.Rate.class, name = "rate"),
    @JsonSubTypes.Type(value = Margin.Mean.class, name = "mean")
  })
  private interface OfMargin {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Event.Created.class, name = "created"),
    @JsonSubTypes.Type(value = Event.Judged.class, name = "judged"),
    @JsonSubTypes.Type(value = Event.Commanded.class, name = "commanded"),
    @JsonSubTypes.Type(value = Event.Reported.class, name = "reported")
  })
  private interface OfEvent {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Command.Start.class, name = "start"),
    @JsonSubTypes.Type(value = Command.Pause.class, name = "pause"),
    @JsonSubTypes.Type(value = Command.Resume.class, name = "resume"),
    @JsonSubTypes.Type(value = Command.Promote.class, name = "promote"),
    @JsonSubTypes.Type(value = Command.RollBack.class, name = "roll_back"),
    @JsonSubTypes.Type(value = Command.Stop.class, name = "stop"),
    @JsonSubTypes.Type(value = Command.Delete.class, name = "delete")
  })
  private interface OfCommand {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Report.Loaded.class, name = "loaded"),
    @JsonSubTypes.Type(value = Report.LoadFailed.class, name = "load_failed"),
    @JsonSubTypes.Type(value = Report.ActuatorRefused.class, name = "actuator_refused"),
    @JsonSubTypes.Type(value = Report.ActuatorObeyed.class, name = "actuator_obeyed"),
    @JsonSubTypes.Type(value = Report.EvidenceUnreadable.class, name = "evidence_unreadable"),
    @JsonSubTypes.Type(value = Report.EvidenceRead.class, name = "evidence_read")
  })
  private interface OfReport {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Shadow.Off.class, name = "off"),
    @JsonSubTypes.Type(value = Shadow.Sample.class, name = "sample")
  })
  private interface OfShadow {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Strategy.WeightedRandom.class, name = "weighted_random"),
    @JsonSubTypes.Type(value = Strategy.Hash.class, name = "hash"),
    @JsonSubTypes.Type(value = Strategy.Sticky.class, name = "sticky"),
    @JsonSubTypes.Type(value = Strategy.RoundRobin.class, name = "round_robin")
  })
  private interface OfStrategy {}
}

package dev.sluice.announce;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.control.About;
import dev.sluice.control.Advance;
import dev.sluice.control.Change;
import dev.sluice.control.Entry;
import dev.sluice.control.Event;
import dev.sluice.control.RolloutRecord;
import dev.sluice.rollout.Cause;
import dev.sluice.rollout.Command;
import dev.sluice.rollout.Note;
import dev.sluice.rollout.Phase;
import dev.sluice.rollout.Plan;
import dev.sluice.rollout.Policies;
import dev.sluice.rollout.Report;
import dev.sluice.rollout.RolloutId;
import dev.sluice.routing.Share;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AnnouncementTest {
  @ParameterizedTest
  @CsvSource({
    "PROMOTED, PROVEN_SAFE, PROMOTED",
    "PROMOTED, PROMOTED, PROMOTED",
    "PROMOTED, PROMOTED_UNPROVEN, PROMOTED",
    "ROLLED_BACK, HARMFUL, ROLLED_BACK",
    "ROLLED_BACK, ROLLED_BACK, ROLLED_BACK",
    "ROLLED_BACK, NOT_PROVEN, ROLLED_BACK",
    "FAILED, LOAD_FAILED, FAILED",
    "FAILED, START_DEADLINE, FAILED",
    "FAILED, CANARY_SILENT, FAILED",
    "FAILED, ACTUATOR_REFUSES, FAILED",
    "FAILED, EVIDENCE_UNREADABLE, FAILED",
    "FAILED, SAMPLE_RATIO_MISMATCH, SPLIT_MISMATCH",
    "PAUSED, NOT_PROVEN, UNDECIDED",
    "PAUSED, HARMFUL, PAUSED_FOR_HARM",
    "COMPLETED, NOT_PROVEN, UNDECIDED",
    "COMPLETED, STOPPED, COMPLETED",
    "COMPLETED, PROVEN_SAFE, COMPLETED",
  })
  void everyEndIsAnnounced(Phase to, Cause.Code code, Kind kind) {
    assertThat(Announcement.of(Told.logged(Told.moved(to, code))))
        .map(Announcement::kind)
        .contains(kind);
  }

  @ParameterizedTest
  @EnumSource(Cause.Code.class)
  void noEndGoesUnsaidWhateverItsCauseAndNoStepIsAnEnd(Cause.Code code) {
    for (Phase to : Phase.values()) {
      Optional<Announcement> announcement =
          Announcement.of(Told.logged(Told.moved(to, code, Share.ofPercent(5))));

      switch (to) {
        case DRAFT, STARTING, RUNNING -> assertThat(announcement).isEmpty();
        case PAUSED ->
            assertThat(announcement.isPresent()).isEqualTo(code == Cause.Code.NOT_PROVEN);
        case COMPLETED, PROMOTED, ROLLED_BACK, FAILED -> assertThat(announcement).isPresent();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Note.Kind.class)
  void whatWouldHaveBeenAnEndIsSaid(Note.Kind said) {
    Optional<Announcement> announcement =
        Announcement.of(Told.logged(Told.noted(Cause.Code.HARMFUL, Optional.of(said))));

    if (said == Note.Kind.WOULD_MOVE) {
      assertThat(announcement).isEmpty();
    } else {
      assertThat(announcement).map(it -> it.kind().name()).contains(said.name());
    }
  }

  @ParameterizedTest
  @EnumSource(Cause.Code.class)
  void whatIsOnlyRememberedIsNotSaid(Cause.Code code) {
    assertThat(Announcement.of(Told.logged(Told.noted(code, Optional.empty())))).isEmpty();
    assertThat(Announcement.of(new Entry.Logged(1, Told.entry(Told.draft("r1"), Optional.empty()))))
        .isEmpty();
  }

  @Test
  void saysAllThatIsWrittenOfTheChange() throws Exception {
    Change change = Told.moved(Phase.PROMOTED, Cause.Code.PROMOTED_UNPROVEN, Share.ALL);

    String body = Announcement.of(Told.logged(change)).orElseThrow().body();

    JsonNode said = new ObjectMapper().readTree(body);
    assertThat(said)
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"schema":1,"id":7,"kind":"promoted","model":"digits","rollout":"r1",
                     "at":"2026-03-01T12:00:00Z","from":"running","to":"promoted","share_from":2.5,
                     "share_to":100.0,"actor":"ann","code":"promoted_unproven",
                     "reason":"a \\"reason\\"","text":"why\\nit is so","revision":0}
                    """));
    var names = new ArrayList<String>();
    said.fieldNames().forEachRemaining(names::add);
    assertThat(names).startsWith("schema", "id", "kind").endsWith("text", "revision");
  }

  @Test
  void aRolloutThatOnlyObservesSaysWhatItWouldHaveDone() {
    Plan plan =
        Plan.of(List.of(Plan.Step.percent(5)), Policies.comparable()).withMode(Plan.Mode.OBSERVE);
    RolloutRecord draft =
        RolloutRecord.draft(
            new About("", "", List.of(), "ann", Told.AT),
            new RolloutId("r1"),
            "digits",
            "A",
            "B",
            plan);
    RolloutRecord starting =
        next(draft, new Event.Commanded(new Command.Start("ann", "")), Duration.ZERO).record();
    RolloutRecord running =
        next(starting, new Event.Reported(new Report.Loaded()), Duration.ZERO).record();

    Advance.Outcome.Next late = next(running, new Event.Judged(List.of()), Duration.ofDays(30));

    assertThat(Announcement.of(Told.logged(late.change().orElseThrow())))
        .map(Announcement::kind)
        .contains(Kind.WOULD_PAUSE);
    assertThat(late.record().rollout().state().phase()).isEqualTo(Phase.RUNNING);
  }

  private static Advance.Outcome.Next next(RolloutRecord before, Event event, Duration later) {
    Advance.Outcome outcome = Advance.of(before, event, Told.AT.plus(later));
    assertThat(outcome).isInstanceOf(Advance.Outcome.Next.class);
    return (Advance.Outcome.Next) outcome;
  }
}

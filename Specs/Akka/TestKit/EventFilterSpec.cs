using Akka.Actor;
using Akka.Event;
using Akka.TestKit;
using Xunit;
using Xunit.Sdk;

namespace ActorEtcd.Specs.Akka.TestKit;

public class EventFilterSpec() : global::Akka.TestKit.Xunit2.TestKit(
    """
    akka.loglevel = DEBUG
    akka.test.filter-leeway = 60s
    """)
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(100);

    [Fact]
    public void Filter_counts_events_of_its_level_and_text()
    {
        EventFilter.Info("exact").ExpectOne(() => Sys.Log.Info("exact"));
        EventFilter.Warning(start: "begin").ExpectOne(() => Sys.Log.Warning("begin here"));
        EventFilter.Error(contains: "midd").Expect(2, () =>
        {
            Sys.Log.Error("in the middle 1");
            Sys.Log.Error("in the middle 2");
            Sys.Log.Error("elsewhere");
        });
        EventFilter.Debug(new System.Text.RegularExpressions.Regex("^d[0-9]$")).ExpectOne(() => Sys.Log.Debug("d1"));
    }

    [Fact]
    public void Filter_fails_when_the_event_does_not_come()
    {
        var failure = Assert.ThrowsAny<XunitException>(
            () => EventFilter.Info("expected").ExpectOne(Short, () => Sys.Log.Info("another")));
        Assert.Contains("Only received 0/1 messages", failure.Message);
    }

    [Fact]
    public void Filter_fails_when_too_many_events_come()
    {
        var failure = Assert.ThrowsAny<XunitException>(() => EventFilter.Info("x").ExpectOne(() =>
        {
            Sys.Log.Info("x");
            Sys.Log.Info("x");
            Sys.Log.Info("x");
            Sys.Log.Info("x");
            WaitForLog();
        }));
        Assert.Contains("too many", failure.Message);
    }

    [Fact]
    public void Filter_that_expects_none_fails_on_one()
    {
        EventFilter.Info("x").Expect(0, Short, () => { });
        Assert.ThrowsAny<XunitException>(() => EventFilter.Info("x").Expect(0, () => Sys.Log.Info("x")));
    }

    [Fact]
    public void Filter_sees_the_exception_of_a_failing_actor()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Failing()));
        EventFilter.Exception<InvalidOperationException>("broken").ExpectOne(() => actor.Tell("broken"));
        EventFilter.Exception<InvalidOperationException>().And.Warning("w").Expect(2, () =>
        {
            actor.Tell("again");
            Sys.Log.Warning("w");
        });
    }

    [Fact]
    public void Filter_by_source_matches_the_path_of_the_actor()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Logging()), "logging");
        EventFilter.Warning("w", source: actor.Path.ToString()).ExpectOne(() => actor.Tell("w"));
        EventFilter.Warning("w", source: "/user/logging").ExpectOne(() => actor.Tell("w"));
        EventFilter.Warning("w", source: "/user/another").Expect(0, Short, () => actor.Tell("w"));
    }

    [Fact]
    public void Filter_sees_dead_letters()
    {
        var actor = Sys.ActorOf(Props.Empty);
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
        EventFilter.DeadLetter<string>().ExpectOne(() => actor.Tell("too late"));
        EventFilter.DeadLetter<int>(i => i == 2).ExpectOne(() =>
        {
            actor.Tell(1);
            actor.Tell(2);
        });
    }

    [Fact]
    public void Filter_returns_what_its_block_returns()
    {
        var result = EventFilter.Info("x").ExpectOne(() =>
        {
            Sys.Log.Info("x");
            return 5;
        });
        Assert.Equal(5, result);
    }

    [Fact]
    public async Task Filter_waits_for_an_asynchronous_block()
    {
        await EventFilter.Info("x").ExpectOneAsync(async () =>
        {
            await Task.Yield();
            Sys.Log.Info("x");
        });
    }

    private void WaitForLog() => EventFilter.Info("marker").ExpectOne(() => Sys.Log.Info("marker"));

    private sealed class Logging : ReceiveActor
    {
        public Logging()
        {
            var log = Context.GetLogger();
            Receive<string>(s => log.Warning(s));
        }
    }

    private sealed class Failing : ReceiveActor
    {
        public Failing()
        {
            Receive<string>(s => throw new InvalidOperationException(s));
        }
    }
}

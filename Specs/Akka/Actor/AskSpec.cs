using Akka.Actor;
using Akka.Event;
using Xunit;

namespace ActorEtcd.Specs.Akka.Actor;

public class AskSpec : ActorSpecBase
{
    private readonly IActorRef _echo;
    private readonly IActorRef _mute;

    public AskSpec()
    {
        _echo = Start((message, context) => context.Sender.Tell(message));
        _mute = Start((_, _) => { });
    }

    [Fact]
    public async Task Ask_completes_with_the_first_answer()
    {
        Assert.Equal("hello", await _echo.Ask<string>("hello", Patience));
    }

    [Fact]
    public async Task Ask_without_an_answer_fails_with_AskTimeoutException()
    {
        await Assert.ThrowsAsync<AskTimeoutException>(() => _mute.Ask<string>("hello", TimeSpan.FromMilliseconds(50)));
    }

    [Fact]
    public async Task Ask_is_cancelled_by_its_token()
    {
        using var cancel = new CancellationTokenSource();
        var answer = _mute.Ask<string>("hello", Patience, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
    }

    [Fact]
    public async Task Answer_of_another_type_fails_with_ArgumentException()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => _echo.Ask<int>("hello", Patience));
    }

    [Fact]
    public async Task Failure_as_an_answer_throws_its_cause()
    {
        var failure = new Status.Failure(new InvalidOperationException("no"));
        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => _echo.Ask<string>(failure, Patience));
        Assert.Equal("no", thrown.Message);
    }

    [Fact]
    public async Task Failure_is_a_plain_answer_when_an_object_is_asked_for()
    {
        var failure = new Status.Failure(new InvalidOperationException("no"));
        Assert.Same(failure, await _echo.Ask<object>(failure, Patience));
    }

    [Fact]
    public async Task Message_factory_gets_the_reference_to_answer_to()
    {
        var teller = Start((message, _) => ((IActorRef)message).Tell("told"));
        Assert.Equal("told", await teller.Ask<string>(self => self, Patience, CancellationToken.None));
    }

    [Fact]
    public async Task Reference_of_a_pending_ask_can_be_found_by_its_path()
    {
        var finder = Start((_, context) => ((ExtendedActorSystem)Sys).Provider.ResolveActorRef(context.Sender.Path).Tell("found"));
        Assert.Equal("found", await finder.Ask<string>("find me", Patience));
    }

    [Fact]
    public async Task PipeTo_sends_the_result_or_the_failure()
    {
        var probe = NewProbe();
        await Task.FromResult("value").PipeTo(probe.Ref);
        await probe.Expect("value");
        await Task.FromException<string>(new InvalidOperationException("no")).PipeTo(probe.Ref);
        Assert.IsType<InvalidOperationException>((await probe.Expect<Status.Failure>()).Cause);
        await Task.FromResult(2).PipeTo(probe.Ref, success: n => n * 2);
        await probe.Expect(4);
        await Task.FromException<int>(new InvalidOperationException("no")).PipeTo(probe.Ref, failure: e => e.Message);
        await probe.Expect("no");
    }

    [Fact]
    public async Task Forward_keeps_the_sender()
    {
        var relay = Start((message, _) => _echo.Forward(message));
        Assert.Equal("hello", await relay.Ask<string>("hello", Patience));
    }

    [Fact]
    public async Task Identify_is_answered_by_a_live_actor_and_by_nobody_for_a_free_path()
    {
        var identity = await _echo.Ask<ActorIdentity>(new Identify(1), Patience);
        Assert.Equal(1, identity.MessageId);
        Assert.Equal(_echo, identity.Subject);
        var nobody = await Sys.ActorSelection("/user/no-such-actor").Ask<ActorIdentity>(new Identify(2), Patience);
        Assert.Null(nobody.Subject);
    }

    [Fact]
    public async Task Selection_resolves_one_actor_or_fails()
    {
        var named = Sys.ActorOf(ScriptProps((_, _) => { }), "named");
        Assert.Equal(named, await Sys.ActorSelection("/user/named").ResolveOne(Patience));
        Assert.Equal(named, await Sys.ActorSelection(named.Path).ResolveOne(Patience));
        await Assert.ThrowsAsync<ActorNotFoundException>(() => Sys.ActorSelection("/user/missing").ResolveOne(Patience));
    }

    [Fact]
    public async Task Selection_with_a_wildcard_reaches_every_match()
    {
        var probe = NewProbe();
        foreach (var name in new[] { "w1", "w2", "x1" })
        {
            Sys.ActorOf(ScriptProps((_, context) => probe.Ref.Tell(context.Self.Path.Name)), name);
        }

        Sys.ActorSelection("/user/w*").Tell("who");
        var names = new[] { await probe.Expect<string>(), await probe.Expect<string>() };
        Assert.Equal(["w1", "w2"], names.Order());
    }

    [Fact]
    public async Task Event_stream_delivers_by_type_until_unsubscribed()
    {
        var probe = NewProbe();
        Sys.EventStream.Subscribe(probe.Ref, typeof(IFormattable));
        Sys.EventStream.Publish(1);
        Sys.EventStream.Publish("not formattable");
        Sys.EventStream.Publish(2);
        await probe.Expect(1);
        await probe.Expect(2);
        Sys.EventStream.Unsubscribe(probe.Ref);
        Sys.EventStream.Publish(3);
        probe.Ref.Tell("end");
        await probe.ExpectNothingBefore("end");
    }

    [Fact]
    public async Task Log_events_reach_subscribers_with_source_and_text()
    {
        var probe = NewProbe();
        Sys.EventStream.SetLogLevel(LogLevel.InfoLevel);
        Sys.EventStream.Subscribe(probe.Ref, typeof(Info));
        Start((_, context) => context.GetLogger().Info("value {0} of {1}", 1, 2)).Tell("log");
        var info = await probe.Expect<Info>();
        Assert.Equal("value 1 of 2", info.Message.ToString());
        Assert.StartsWith("akka://spec/user/", info.LogSource);
    }
}

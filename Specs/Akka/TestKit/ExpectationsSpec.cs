using Akka.Actor;
using Akka.TestKit;
using Xunit;
using Xunit.Sdk;

namespace ActorEtcd.Specs.Akka.TestKit;

public class ExpectationsSpec : global::Akka.TestKit.Xunit2.TestKit
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);

    [Fact]
    public void ExpectMsg_returns_the_next_message_of_the_type()
    {
        TestActor.Tell(42);
        Assert.Equal(42, ExpectMsg<int>());
    }

    [Fact]
    public void ExpectMsg_without_a_message_names_timeout_and_type()
    {
        var failure = Assert.ThrowsAny<XunitException>(() => ExpectMsg<int>(Short, "the hint"));
        Assert.Contains("Timeout 00:00:00.0500000 while waiting for a message of type System.Int32", failure.Message);
        Assert.Contains("the hint", failure.Message);
    }

    [Fact]
    public void ExpectMsg_of_another_type_names_both_types_and_the_message()
    {
        TestActor.Tell("text");
        var failure = Assert.ThrowsAny<XunitException>(() => ExpectMsg<int>());
        Assert.Contains("Expected a message of type System.Int32", failure.Message);
        Assert.Contains("{text}", failure.Message);
        Assert.Contains("System.String", failure.Message);
    }

    [Fact]
    public void ExpectMsg_of_another_value_shows_both_values()
    {
        TestActor.Tell("actual value");
        var failure = Assert.ThrowsAny<XunitException>(() => ExpectMsg("expected value"));
        Assert.Contains("Expected: expected value", failure.Message);
        Assert.Contains("Actual:   actual value", failure.Message);
    }

    [Fact]
    public void ExpectMsg_with_a_predicate_fails_when_it_is_false()
    {
        TestActor.Tell(3);
        Assert.Equal(3, ExpectMsg<int>(i => i == 3));
        TestActor.Tell(3);
        Assert.ThrowsAny<XunitException>(() => ExpectMsg<int>(i => i == 4));
    }

    [Fact]
    public void ExpectMsg_with_an_assertion_passes_its_failure_on()
    {
        TestActor.Tell(3);
        ExpectMsg<int>(i => Assert.Equal(3, i));
        TestActor.Tell(3);
        Assert.ThrowsAny<XunitException>(() => ExpectMsg<int>(i => Assert.Equal(4, i)));
    }

    [Fact]
    public void ExpectMsgFrom_checks_the_sender()
    {
        var probe = CreateTestProbe();
        TestActor.Tell("hi", probe.Ref);
        ExpectMsgFrom<string>(probe.Ref);
        TestActor.Tell("hi", probe.Ref);
        Assert.ThrowsAny<XunitException>(() => ExpectMsgFrom<string>(TestActor));
    }

    [Fact]
    public void ExpectNoMsg_fails_with_the_message_that_came()
    {
        ExpectNoMsg(Short);
        TestActor.Tell("surprise");
        var failure = Assert.ThrowsAny<XunitException>(() => ExpectNoMsg(Short));
        Assert.Contains("Expected no messages", failure.Message);
        Assert.Contains("surprise", failure.Message);
    }

    [Fact]
    public void ExpectMsgAnyOf_accepts_one_of_the_given()
    {
        TestActor.Tell("b");
        Assert.Equal("b", ExpectMsgAnyOf(new[] { "a", "b" }));
        TestActor.Tell("z");
        Assert.ThrowsAny<XunitException>(() => ExpectMsgAnyOf(new[] { "a", "b" }));
    }

    [Fact]
    public void ExpectMsgAllOf_accepts_any_order_and_names_what_is_missing()
    {
        TestActor.Tell("b");
        TestActor.Tell("a");
        Assert.Equal(2, ExpectMsgAllOf("a", "b").Count);

        TestActor.Tell("a");
        TestActor.Tell("x");
        var failure = Assert.ThrowsAny<XunitException>(() => ExpectMsgAllOf("a", "b"));
        Assert.Contains("not found [b]", failure.Message);
        Assert.Contains("found unexpected [x]", failure.Message);
    }

    [Fact]
    public void ExpectTerminated_wants_the_watched_actor()
    {
        var actor = Sys.ActorOf(Props.Empty);
        Watch(actor);
        Sys.Stop(actor);
        Assert.Equal(actor, ExpectTerminated(actor).ActorRef);
    }

    [Fact]
    public void FishForMessage_skips_what_does_not_match()
    {
        TestActor.Tell("small fry");
        TestActor.Tell(7);
        TestActor.Tell("catch");
        Assert.Equal("catch", FishForMessage<string>(s => s == "catch"));
        Assert.False(HasMessages);
    }

    [Fact]
    public void FishForMessage_fails_when_nothing_matches_in_time()
    {
        TestActor.Tell("small fry");
        var failure = Assert.ThrowsAny<XunitException>(() => FishForMessage(_ => false, Short, "a whale"));
        Assert.Contains("fishForMessage", failure.Message);
        Assert.Contains("a whale", failure.Message);
    }

    [Fact]
    public void ReceiveN_counts_what_came_in_its_failure()
    {
        TestActor.Tell(1);
        TestActor.Tell(2);
        Assert.Equal([1, 2], ReceiveN(2));

        TestActor.Tell(1);
        var failure = Assert.ThrowsAny<XunitException>(() => ReceiveN(2, Short));
        Assert.Contains("while expecting 2 messages. Only got 1", failure.Message);
    }

    [Fact]
    public void ReceiveWhile_leaves_the_first_message_that_its_filter_refuses()
    {
        foreach (var message in new object[] { "a", "b", 3, "c" })
        {
            TestActor.Tell(message);
        }

        Assert.Equal(["a", "b"], ReceiveWhile(m => m as string, TimeSpan.FromSeconds(1)));
        ExpectMsg(3);
        ExpectMsg("c");
    }

    [Fact]
    public void ReceiveOne_returns_null_when_nothing_comes()
    {
        Assert.Null(ReceiveOne(Short));
        TestActor.Tell("x");
        Assert.Equal("x", ReceiveOne(TimeSpan.Zero));
    }

    [Fact]
    public void Within_limits_the_expectations_inside()
    {
        var failure = Assert.ThrowsAny<XunitException>(
            () => Within(TimeSpan.FromMilliseconds(100), () => ExpectMsg<string>()));
        Assert.Contains("while waiting for a message of type System.String", failure.Message);
    }

    [Fact]
    public void Within_fails_a_block_that_is_too_fast()
    {
        var failure = Assert.ThrowsAny<XunitException>(
            () => Within(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(3), () => { }));
        Assert.Contains("should have at least been 00:00:00.2000000", failure.Message);
    }

    [Fact]
    public void Within_lets_receiving_until_silence_use_the_whole_time()
    {
        Within(TimeSpan.FromMilliseconds(100), () => ReceiveWhile<object>(_ => true));
        Within(TimeSpan.FromMilliseconds(100), () => ExpectNoMsg(), epsilonValue: TimeSpan.FromSeconds(2));
        Assert.Throws<InvalidOperationException>(() => Remaining);
    }

    [Fact]
    public void AwaitCondition_polls_until_true_and_fails_in_the_end()
    {
        var calls = 0;
        AwaitCondition(() => ++calls >= 3, TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(1));
        var failure = Assert.ThrowsAny<XunitException>(() => AwaitCondition(() => false, Short));
        Assert.Contains("expired while waiting for condition", failure.Message);
    }

    [Fact]
    public void AwaitAssert_repeats_until_the_assertion_holds()
    {
        var calls = 0;
        AwaitAssert(() => Assert.Equal(3, ++calls), TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(1));
        Assert.ThrowsAny<XunitException>(() => AwaitAssert(() => Assert.Fail("no"), Short, Short / 5));
    }

    [Fact]
    public void IgnoreMessages_drops_until_told_otherwise()
    {
        IgnoreMessages<string>();
        TestActor.Tell("dropped");
        TestActor.Tell(1);
        ExpectMsg(1);
        IgnoreNoMessages();
        TestActor.Tell("kept");
        ExpectMsg("kept");
    }

    [Fact]
    public void Test_actor_is_the_implicit_sender()
    {
        Sys.ActorOf(Props.Create(() => new Echo())).Tell("ping");
        ExpectMsg("ping");
    }

    [Fact]
    public async Task Test_actor_is_the_implicit_sender_after_an_await()
    {
        var echo = Sys.ActorOf(Props.Create(() => new Echo()));
        await Task.Yield();
        echo.Tell("ping");
        Assert.Equal("ping", await ExpectMsgAsync<string>());
        echo.Tell("pong");
        await ExpectMsgAsync("pong");
        await ExpectNoMsgAsync(Short);
    }

    private sealed class Echo : ReceiveActor
    {
        public Echo()
        {
            ReceiveAny(m => Sender.Tell(m));
        }
    }
}

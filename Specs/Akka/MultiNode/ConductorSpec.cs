using System.Diagnostics;
using ActorEtcd.Specs.TestKit;
using Akka.Actor;
using Akka.Configuration;
using Akka.MultiNode.TestAdapter;
using Akka.Remote.TestKit;
using Akka.Remote.Transport;
using Xunit;

namespace ActorEtcd.Specs.Akka.MultiNode;

public sealed class ConductorConfig : MultiNodeConfig
{
    public ConductorConfig()
    {
        First = Role("first");
        Second = Role("second");
        Third = Role("third");
        TestTransport = true;
        CommonConfig = ConfigurationFactory.ParseString(
            "akka { log-dead-letters = off, testconductor.barrier-timeout = 240s, remote { retry-gate-closed-for = 100ms, dot-netty.tcp.connection-timeout = 3s } }");
    }

    public RoleName First { get; }

    public RoleName Second { get; }

    public RoleName Third { get; }
}

/// <summary>What a conductor can do to nodes and their links; each node is a process of its own.</summary>
[Collection(ProcessCollection.Name)]
public class ConductorSpec : MultiNodeSpec
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(500);

    private readonly ConductorConfig _config;

    public ConductorSpec()
        : this(new ConductorConfig())
    {
    }

    protected ConductorSpec(ConductorConfig config)
        : base(config, typeof(ConductorSpec))
    {
        _config = config;
    }

    protected override int InitialParticipantsValueFactory => Roles.Count;

    [MultiNodeFact(Timeout = 480_000)]
    public async Task Links_carry_what_the_conductor_lets_through_and_barriers_hold_who_is_there()
    {
        Sys.ActorOf(Props.Create(() => new Echo()), "echo");
        EnterBarrier("echo");
        await HasNodesAsync(_config.First, _config.Second, _config.Third);
        Answers(_config.First, _config.Second);

        await Blackhole_loses_one_direction();
        await Blackhole_of_both_directions_holds_for_new_connections();
        await Throttle_slows_down();
        await Disconnect_is_no_more_than_a_moment();
        Node_at_another_barrier_is_told_so();
        await Node_that_exits_is_no_longer_waited_for();
    }

    private async Task Blackhole_loses_one_direction()
    {
        await ConductAsync(() => TestConductor.Blackhole(_config.Second, _config.First, ThrottleTransportAdapter.Direction.Send));
        RunOn(() => EchoOf(_config.Second).Tell("asked from first"), _config.First);
        RunOn(
            () =>
            {
                // What first says arrives; what second says is lost, its answer too.
                AwaitCondition(() => Echo.Received.Contains("asked from first"), Patience, TimeSpan.FromMilliseconds(50));
                EchoOf(_config.First).Tell("told by second");
            },
            _config.Second);
        EnterBarrier("one direction");
        RunOn(
            () =>
            {
                DoesNotHear("asked from first");
                Assert.DoesNotContain("told by second", Echo.Received);
            },
            _config.First);
        await ConductAsync(() => TestConductor.PassThrough(_config.Second, _config.First, ThrottleTransportAdapter.Direction.Send));
        Answers(_config.Second, _config.First);
    }

    private async Task Blackhole_of_both_directions_holds_for_new_connections()
    {
        await ConductAsync(async () =>
        {
            await TestConductor.Blackhole(_config.Third, _config.Second, ThrottleTransportAdapter.Direction.Both);
            await DisconnectAsync(_config.Third, _config.Second);
        });
        RunOn(() => EchoOf(_config.Third).Tell("through the hole"), _config.Second);
        RunOn(() => EchoOf(_config.Second).Tell("out of the hole"), _config.Third);
        Answers(_config.First, _config.Third);
        RunOn(() => DoesNotHear("through the hole"), _config.Second);
        RunOn(() => DoesNotHear("out of the hole"), _config.Third);
        Assert.DoesNotContain("through the hole", Echo.Received);
        Assert.DoesNotContain("out of the hole", Echo.Received);
        await ConductAsync(() => TestConductor.PassThrough(_config.Third, _config.Second, ThrottleTransportAdapter.Direction.Both));
        Answers(_config.Second, _config.Third);
    }

    private async Task Throttle_slows_down()
    {
        const int Bytes = 100_000;
        await ConductAsync(() => TestConductor.Throttle(_config.First, _config.Second, ThrottleTransportAdapter.Direction.Send, 1));
        RunOn(
            () =>
            {
                var start = Stopwatch.GetTimestamp();
                EchoOf(_config.Second).Tell(new string('x', Bytes));
                EchoOf(_config.Second).Tell("after it");
                FishForMessage<string>(text => text == "after it", Patience);

                // At 1 Mbit/s the bytes take 0.8 s.
                Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0.6, Patience.TotalSeconds);
            },
            _config.First);
        await ConductAsync(() => TestConductor.PassThrough(_config.First, _config.Second, ThrottleTransportAdapter.Direction.Send));
    }

    private async Task Disconnect_is_no_more_than_a_moment()
    {
        await ConductAsync(() => DisconnectAsync(_config.First, _config.Second));
        Answers(_config.First, _config.Second);
    }

    private void Node_at_another_barrier_is_told_so()
    {
        RunOn(
            () => AwaitAssert(
                () => Assert.Contains("others wait at barrier the right one", RefusalAt("the wrong one"), StringComparison.Ordinal),
                Patience),
            _config.Third);

        // Whoever comes while the third node still waits at its own barrier is turned away.
        AwaitAssert(() => EnterBarrier("the right one"), Patience);
    }

    private string RefusalAt(string barrier) => Assert
        .ThrowsAny<Exception>(() => TestConductor.Enter(TimeSpan.FromMilliseconds(100), Myself, [barrier])).Message;

    private async Task Node_that_exits_is_no_longer_waited_for()
    {
        await RunOnAsync(() => TestConductor.Exit(_config.Third, 0), _config.First);
        RunOn(() => AwaitCondition(() => false, Patience), _config.Third);
        EnterBarrier("after the exit");
        await HasNodesAsync(_config.First, _config.Second);
    }

    private async Task HasNodesAsync(params RoleName[] nodes) => await RunOnAsync(
        async () => Assert.Equal(
            nodes.Select(node => node.Name),
            (await TestConductor.GetNodes()).Select(node => node.Name).Order()),
        _config.First);

    private async Task ConductAsync(Func<Task> command)
    {
        EnterBarrier("before command");
        await RunOnAsync(command, _config.First);
        EnterBarrier("after command");
    }

    // With the genuine transport the other end goes on with the old connection and takes no new one.
    private Task DisconnectAsync(RoleName node, RoleName target) =>
        SubsetFactAttribute.IsSubset ? TestConductor.Disconnect(node, target) : Task.CompletedTask;

    private ActorSelection EchoOf(RoleName node) => Sys.ActorSelection(Node(node) / "user" / "echo");

    // Asks until there is an answer: a connection that was lost is opened again only after a while.
    private void Answers(RoleName asking, RoleName asked)
    {
        RunOn(
            () => AwaitAssert(
                () =>
                {
                    EchoOf(asked).Tell("anybody there?");
                    FishForMessage<string>(text => text == "anybody there?", TimeSpan.FromMilliseconds(300));
                },
                Patience),
            asking);
        EnterBarrier("answered");
    }

    // Answers to earlier questions may still come.
    private void DoesNotHear(string text) => ReceiveWhile(Silence, message =>
    {
        Assert.NotEqual(text, message);
        return message;
    });

    private sealed class Echo : UntypedActor
    {
        private static readonly System.Collections.Concurrent.ConcurrentQueue<string> Heard = new();

        public static IEnumerable<string> Received => Heard;

        protected override void OnReceive(object message)
        {
            Heard.Enqueue((string)message);
            Sender.Tell(message);
        }
    }
}

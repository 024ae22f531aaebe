using Akka.Actor;
using Akka.Event;

namespace Akka.Remote.TestKit.Internals;

/// <summary>Knows every node by its control connection, gives it the conductor's commands, and keeps the barrier.</summary>
internal sealed class ControllerActor : UntypedActor
{
    private readonly Dictionary<RoleName, Node> _nodes = [];
    private readonly List<(string Role, ControlConnection Asker)> _askers = [];
    private readonly ControlListener _listener;
    private readonly Barrier _barrier;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private int _awaited;

    public ControllerActor(int participants, ControlListener listener)
    {
        _awaited = participants;
        _listener = listener;
        _barrier = new Barrier((node, result) => _nodes.GetValueOrDefault(node)?.Connection.Send(result));
    }

    protected override void PreStart() => _listener.Start(Self);

    protected override void PostStop()
    {
        _listener.Dispose();
        foreach (var node in _nodes.Values)
        {
            node.Connection.Dispose();
        }
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ControlReceived { Message: ControlMessage.Hello hello } received:
                Welcome(received.Connection, hello);
                break;
            case ControlReceived received when NodeOf(received.Connection) is { } node:
                Take(node, received.Message);
                break;
            case ControlClosed closed when NodeOf(closed.Connection) is { } node:
                Lose(node);
                break;
            case ControlReceived or ControlClosed:
                break;
            case BarrierDue due:
                _barrier.TimeOut(due.Generation);
                break;
            case AskNodes:
                Sender.Tell(_nodes.Keys.ToArray());
                break;
            case CommandNode command when _nodes.TryGetValue(command.Node, out var node):
                CarryOut(node, command.Command);
                break;
            case CommandNode { Command: ForgetNode }:
                Sender.Tell(Done.Instance);
                break;
            case CommandNode command:
                Refuse(Sender, $"there is no node {command.Node.Name}");
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private static void Refuse(IActorRef asker, string reason) =>
        asker.Tell(new Status.Failure(new InvalidOperationException(reason)));

    private Node NodeOf(ControlConnection connection) =>
        _nodes.Values.FirstOrDefault(node => ReferenceEquals(node.Connection, connection));

    private void Welcome(ControlConnection connection, ControlMessage.Hello hello)
    {
        var role = new RoleName(hello.Name);
        if (_nodes.ContainsKey(role))
        {
            connection.Send(new ControlMessage.Done($"there is a node {hello.Name} already"));
            return;
        }

        _nodes.Add(role, new Node(role, hello.Address, connection));
        _barrier.Add(role);
        if (_nodes.Count < _awaited)
        {
            return;
        }

        // Those that come after the first ones need not wait for anybody.
        var welcome = new ControlMessage.Done(string.Empty);
        foreach (var node in _awaited > 0 ? [.. _nodes.Values] : new[] { _nodes[role] })
        {
            node.Connection.Send(welcome);
        }

        _awaited = 0;
        Tell(role);
    }

    private void Tell(RoleName newcomer)
    {
        foreach (var (role, asker) in _askers.Where(a => a.Role == newcomer.Name))
        {
            asker.Send(new ControlMessage.AddressReply(role, _nodes[newcomer].Address));
        }

        _askers.RemoveAll(a => a.Role == newcomer.Name);
    }

    private void Take(Node node, ControlMessage message)
    {
        switch (message)
        {
            case ControlMessage.EnterBarrier enter:
                var isFirst = !_barrier.IsWaiting;
                _barrier.Enter(node.Role, enter.Name);
                if (isFirst && _barrier.IsWaiting)
                {
                    Context.System.Scheduler.ScheduleTellOnce(
                        enter.Timeout, Self, new BarrierDue(_barrier.Generation), ActorRefs.NoSender);
                }

                break;
            case ControlMessage.FailBarrier fail:
                _barrier.Fail(fail.Name, $"node {node.Role.Name} gave it up");
                break;
            case ControlMessage.GetAddress get when _nodes.TryGetValue(new RoleName(get.Role), out var asked):
                node.Connection.Send(new ControlMessage.AddressReply(get.Role, asked.Address));
                break;
            case ControlMessage.GetAddress get:
                _askers.Add((get.Role, node.Connection));
                break;
            case ControlMessage.Done done when node.Commanders.TryDequeue(out var commander):
                Answer(commander, done);
                break;
            default:
                _log.Warning("Node {0} sent {1}, which is not expected", node.Role.Name, message);
                break;
        }
    }

    private static void Answer(IActorRef commander, ControlMessage.Done done)
    {
        if (done.Problem.Length == 0)
        {
            commander.Tell(Done.Instance);
        }
        else
        {
            Refuse(commander, done.Problem);
        }
    }

    // Commands to one node are answered in their order, so a queue says whose answer comes next.
    private void CarryOut(Node node, NodeCommand command)
    {
        switch (command)
        {
            case ThrottleNode throttle when _nodes.TryGetValue(throttle.Target, out var target):
                Send(node, new ControlMessage.Throttle(target.Address, throttle.Direction, throttle.RateMBit));
                break;
            case DisconnectNode disconnect when _nodes.TryGetValue(disconnect.Target, out var target):
                Send(node, new ControlMessage.Disconnect(target.Address, disconnect.Abort));
                break;
            case EndNode end:
                node.IsEnding = true;
                Send(node, new ControlMessage.Terminate(end.ExitValue, end.Abort));
                break;
            case ForgetNode:
                _nodes.Remove(node.Role);
                _barrier.Remove(node.Role);
                Sender.Tell(Done.Instance);
                break;
            default:
                Refuse(Sender, "there is no such target");
                break;
        }
    }

    private void Send(Node node, ControlMessage message)
    {
        node.Commanders.Enqueue(Sender);
        node.Connection.Send(message);
    }

    private void Lose(Node node)
    {
        _nodes.Remove(node.Role);
        if (node.IsEnding)
        {
            _barrier.Remove(node.Role);
        }
        else
        {
            _log.Debug("Node {0} is gone", node.Role.Name);
            _barrier.Lose(node.Role);
        }

        while (node.Commanders.TryDequeue(out var commander))
        {
            Answer(commander, new ControlMessage.Done(node.IsEnding ? string.Empty : $"node {node.Role.Name} is gone"));
        }
    }

    private sealed class Node(RoleName role, Address address, ControlConnection connection)
    {
        public RoleName Role { get; } = role;

        public Address Address { get; } = address;

        public ControlConnection Connection { get; } = connection;

        public Queue<IActorRef> Commanders { get; } = new();

        /// <summary>It was told to end, so its end is no loss.</summary>
        public bool IsEnding { get; set; }
    }
}

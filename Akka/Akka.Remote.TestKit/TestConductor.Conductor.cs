using System.Net;
using Akka.Actor;
using Akka.Configuration;
using Akka.Remote.TestKit.Internals;
using Akka.Remote.Transport;

namespace Akka.Remote.TestKit;

/// <summary>The conductor's side: commands to nodes.</summary>
public partial class TestConductor
{
    public IActorRef Controller =>
        _controller ?? throw new InvalidOperationException("The controller was not started on this node");

    /// <summary>Listens for the nodes, connects as one of them, and completes when all are there.</summary>
    public async Task<IPEndPoint> StartController(int participants, RoleName name, IPEndPoint controllerPort)
    {
        if (_controller is not null)
        {
            throw new InvalidOperationException("The controller was started already");
        }

        var listener = ControlListener.Open(controllerPort);
        _controller = _system.SystemActorOf(
            Props.Create(() => new ControllerActor(participants, listener)), "controller");
        await StartClient(name, listener.EndPoint).ConfigureAwait(false);
        return listener.EndPoint;
    }

    /// <summary>Lets the link from a node to a target carry so much; below zero everything, zero nothing.</summary>
    public Task<Done> Throttle(
        RoleName node, RoleName target, ThrottleTransportAdapter.Direction direction, float rateMBit)
    {
        RequireAdapter();
        return Command(node, new ThrottleNode(target, direction, rateMBit));
    }

    /// <summary>Loses everything on the link from a node to a target, in these directions as the node sees it.</summary>
    public Task<Done> Blackhole(RoleName node, RoleName target, ThrottleTransportAdapter.Direction direction) =>
        Throttle(node, target, direction, 0);

    /// <summary>Ends throttle and black hole.</summary>
    public Task<Done> PassThrough(RoleName node, RoleName target, ThrottleTransportAdapter.Direction direction) =>
        Throttle(node, target, direction, -1);

    /// <summary>Ends the connections between a node and a target once; they may be opened again.</summary>
    public Task<Done> Disconnect(RoleName node, RoleName target) =>
        Command(node, new DisconnectNode(target, Abort: false));

    public Task<Done> Abort(RoleName node, RoleName target) =>
        Command(node, new DisconnectNode(target, Abort: true));

    /// <summary>Ends the process of a node at once; completes when it is gone.</summary>
    public Task<Done> Exit(RoleName node, int exitValue) => Command(node, new EndNode(exitValue, Abort: false));

    /// <summary>Ends the actor system of a node, orderly or not; completes when it is gone.</summary>
    public Task<Done> Shutdown(RoleName node, bool abort = false) => Command(node, new EndNode(ExitValue: null, abort));

    /// <summary>The nodes that are connected.</summary>
    public Task<IEnumerable<RoleName>> GetNodes() =>
        Controller.Ask<IEnumerable<RoleName>>(AskNodes.Instance, Settings.QueryTimeout);

    /// <summary>Barriers do not wait for the node any more.</summary>
    public Task<Done> RemoveNode(RoleName node) => Command(node, ForgetNode.Instance);

    private Task<Done> Command(RoleName node, NodeCommand command) =>
        Controller.Ask<Done>(new CommandNode(node, command), Settings.QueryTimeout);

    private void RequireAdapter()
    {
        var adapters = _system.Settings.Config.GetStringList("akka.remote.dot-netty.tcp.applied-adapters", []);
        if (!adapters.Contains(ThrottleTransportAdapter.Scheme))
        {
            throw new ConfigurationException(
                "Faults of links need the transport adapters: set TestTransport = true in the MultiNodeConfig");
        }
    }
}

using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using Akka.Actor;
using Akka.Event;
using Akka.Remote.TestKit.Internals;

namespace Akka.Remote.TestKit;

/// <summary>The side of every node: barriers, and where the others are.</summary>
public partial class TestConductor
{
    /// <summary>What the controller may take longer than a barrier's own time to say that it failed.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(5);

    public IActorRef Client =>
        _client ?? throw new InvalidOperationException("The client of the conductor was not started on this node");

    /// <summary>Connects to the controller; completes when all nodes are there.</summary>
    public Task<Done> StartClient(RoleName name, IPEndPoint controllerAddr)
    {
        if (_client is not null)
        {
            throw new InvalidOperationException("The client of the conductor was started already");
        }

        var ready = new TaskCompletionSource<Done>(TaskCreationOptions.RunContinuationsAsynchronously);
        var (settings, address, transport) = (Settings, Address, Transport);
        _client = _system.SystemActorOf(
            Props.Create(() => new ClientActor(name, address, controllerAddr, settings, transport, ready)),
            "TestConductorClient");
        return ready.Task;
    }

    /// <summary>Waits at a barrier until every connected node is there.</summary>
    public void Enter(RoleName roleName, string name) => Enter(Settings.BarrierTimeout, roleName, [name]);

    /// <summary>Waits at one barrier after the other, no longer than this in all.</summary>
    /// <exception cref="TimeoutException">Not all nodes came in time.</exception>
    /// <exception cref="BarrierFailedException">A node was lost, or is at another barrier.</exception>
    public void Enter(TimeSpan timeout, RoleName roleName, ImmutableList<string> names)
    {
        var start = Stopwatch.GetTimestamp();
        foreach (var name in names)
        {
            var left = timeout - Stopwatch.GetElapsedTime(start);
            if (left < TimeSpan.Zero)
            {
                Client.Tell(new ControlMessage.FailBarrier(name));
                throw new TimeoutException($"No time was left for barrier {name}");
            }

            _system.Log.Debug("entering barrier {0}", name);
            var result = Client.Ask<ControlMessage.BarrierResult>(
                new ControlMessage.EnterBarrier(name, left), left + AnswerWithin).GetAwaiter().GetResult();
            if (!result.Success)
            {
                throw new BarrierFailedException($"Barrier {name} failed on {roleName.Name}: {result.Reason}");
            }

            _system.Log.Debug("passed barrier {0}", name);
        }
    }

    /// <summary>The address of the actor system of a node, once the node is there.</summary>
    public Task<Address> GetAddressFor(RoleName name) =>
        Client.Ask<Address>(new ControlMessage.GetAddress(name.Name), Settings.QueryTimeout);
}

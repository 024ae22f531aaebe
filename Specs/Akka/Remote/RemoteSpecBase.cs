using ActorEtcd.Specs.TestKit;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit;

namespace ActorEtcd.Specs.Akka.Remote;

/// <summary>The test kit's system with remoting, and as many other systems as a spec asks for, all on loopback.</summary>
public abstract class RemoteSpecBase : PatientTestKit
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly Config Defaults = ConfigurationFactory.ParseString("""
        akka {
          loglevel = WARNING
          actor.provider = remote
          test.single-expect-default = 20s
          coordinated-shutdown.exit-clr = off
          remote {
            retry-gate-closed-for = 200ms
            dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
            watch-failure-detector { heartbeat-interval = 100ms, unreachable-nodes-reaper-interval = 100ms }
          }
        }
        """);

    private readonly List<ActorSystem> _others = [];

    protected RemoteSpecBase(string config = "", string systemName = "local")
        : base(ConfigOf(config), systemName)
    {
    }

    protected static Address AddressOf(ActorSystem system) => ((ExtendedActorSystem)system).Provider.DefaultAddress;

    protected ActorSystem NewSystem(string name, string config = "")
    {
        var system = ActorSystem.Create(name, ConfigOf(config));
        _others.Add(system);
        return system;
    }

    /// <summary>An actor of another system as this one sees it.</summary>
    protected IActorRef Resolve(ActorSystem system, string name) =>
        Sys.ActorSelection(new RootActorPath(AddressOf(system)) / "user" / name)
            .ResolveOne(Patience).GetAwaiter().GetResult();

    protected IActorRef NewEcho(ActorSystem system, string name = "echo")
    {
        system.ActorOf(Props.Create(() => new EchoActor()), name);
        return Resolve(system, name);
    }

    protected TestProbe Subscribe(ActorSystem system, params Type[] events)
    {
        var probe = CreateTestProbe();
        foreach (var type in events)
        {
            system.EventStream.Subscribe(probe.Ref, type);
        }

        return probe;
    }

    protected void End(ActorSystem system)
    {
        if (!system.Terminate().Wait(Patience))
        {
            throw new TimeoutException($"{system.Name} did not terminate within {Patience}");
        }
    }

    protected override void AfterAll()
    {
        foreach (var system in _others)
        {
            End(system);
        }

        base.AfterAll();
    }

    private static Config ConfigOf(string config) => ConfigurationFactory.ParseString(config).WithFallback(Defaults);

    protected sealed class EchoActor : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message);
    }
}

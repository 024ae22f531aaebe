using Akka.Actor;
using Akka.Configuration;

namespace Akka.Remote.TestKit;

/// <summary>
/// Conducts a test of several nodes: one node starts the controller, every node connects to it as a client. Commands are
/// given on the controller's node; barriers are entered on each.
/// </summary>
public partial class TestConductor : IExtension
{
    private readonly ExtendedActorSystem _system;
    private IActorRef _controller;
    private IActorRef _client;

    public TestConductor(ActorSystem system)
    {
        _system = (ExtendedActorSystem)system;
        system.Settings.InjectTopLevelFallback(ConfigurationFactory.FromResource<TestConductor>(
            "Akka.Remote.TestKit.Internals.Reference.conf"));
        Settings = new TestConductorSettings(system.Settings.Config.GetConfig("akka.testconductor"));
        Transport = ((RemoteActorRefProvider)_system.Provider).Transport;
        Address = Transport.DefaultAddress;
    }

    public TestConductorSettings Settings { get; }

    public RemoteTransport Transport { get; }

    public Address Address { get; }

    public static TestConductor Get(ActorSystem system) =>
        system.WithExtension<TestConductor, TestConductorExtension>();
}

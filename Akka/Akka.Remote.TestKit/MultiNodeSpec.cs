using System.Collections.Immutable;
using System.Net;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit;
using Akka.TestKit.Xunit2;

namespace Akka.Remote.TestKit;

/// <summary>
/// One node of a test that runs on several: each node's process makes the same class and runs the same method, and what
/// differs between nodes stands in <see cref="RunOn"/>.
/// </summary>
public abstract partial class MultiNodeSpec : TestKitBase, IMultiNodeSpecCallbacks, IDisposable
{
    protected TestConductor TestConductor;

    private readonly IPEndPoint _controller;
    private bool _isDisposed;

    protected MultiNodeSpec(MultiNodeConfig config, Type type)
        : this(
            config.Myself,
            ActorSystem.Create(type.Name, config.Config),
            null,
            config.Roles,
            static _ => [])
    {
    }

    protected MultiNodeSpec(
        RoleName myself,
        ActorSystem system,
        ImmutableList<RoleName> roles,
        Func<RoleName, ImmutableList<string>> deployments)
        : this(myself, system, null, roles, deployments)
    {
    }

    protected MultiNodeSpec(
        RoleName myself,
        ActorSystemSetup setup,
        ImmutableList<RoleName> roles,
        Func<RoleName, ImmutableList<string>> deployments)
        : this(myself, null, setup, roles, deployments)
    {
    }

    private MultiNodeSpec(
        RoleName myself,
        ActorSystem system,
        ActorSystemSetup setup,
        ImmutableList<RoleName> roles,
        Func<RoleName, ImmutableList<string>> deployments)
        : base(new XunitAssertions(), system, setup ?? ActorSystemSetup.Empty, null, null)
    {
        if (!deployments(myself).IsEmpty)
        {
            throw new ArgumentException("Actors are deployed by code alone", nameof(deployments));
        }

        Myself = myself;
        Roles = roles;
        _controller = new IPEndPoint(Dns.GetHostAddresses(ServerName)[0], ServerPort);
        AttachConductor(new TestConductor(Sys));
        Log.Info("Role {0} started at {1}", myself.Name, TestConductor.Address);
        MultiNodeSpecBeforeAll();
    }

    public RoleName Myself { get; }

    public ImmutableList<RoleName> Roles { get; }

    /// <summary>How many nodes must be there before the test begins.</summary>
    public int InitialParticipants
    {
        get
        {
            var participants = InitialParticipantsValueFactory;
            return participants > 0 && participants <= MaxNodes
                ? participants
                : throw new InvalidOperationException($"A test of {MaxNodes} nodes cannot begin with {participants}");
        }
    }

    /// <summary>Asked while the base class is being constructed.</summary>
    protected abstract int InitialParticipantsValueFactory { get; }

    protected virtual TimeSpan ShutdownTimeout => TimeSpan.FromSeconds(5);

    /// <summary>Whether a system that does not end in time fails the test.</summary>
    protected virtual bool VerifySystemShutdown => false;

    public void MultiNodeSpecBeforeAll() => AtStartup();

    public void MultiNodeSpecAfterAll()
    {
        if (SelfIndex == 0)
        {
            // The conductor is the last to go: whoever loses it while it waits at a barrier fails.
            TestConductor.RemoveNode(Myself).Wait(TestConductor.Settings.QueryTimeout);
            Within(TestConductor.Settings.BarrierTimeout, () =>
                AwaitCondition(() => !TestConductor.GetNodes().GetAwaiter().GetResult().Any()));
        }

        Shutdown(Sys, ShutdownTimeout, VerifySystemShutdown);
        AfterTermination();
    }

    /// <summary>Runs only on these nodes.</summary>
    public void RunOn(Action thunk, params RoleName[] nodes)
    {
        if (IsNode(nodes))
        {
            thunk();
        }
    }

    /// <summary>Runs only on these nodes.</summary>
    public async Task RunOnAsync(Func<Task> thunkAsync, params RoleName[] nodes)
    {
        if (IsNode(nodes))
        {
            await thunkAsync();
        }
    }

    public bool IsNode(params RoleName[] nodes) => nodes.Contains(Myself);

    /// <summary>Waits at each of these barriers until all nodes are there.</summary>
    public void EnterBarrier(params string[] name) => TestConductor.Enter(
        RemainingOr(TestConductor.Settings.BarrierTimeout), Myself, [.. name]);

    /// <summary>The root path of the actors of a node.</summary>
    public ActorPath Node(RoleName role) => new RootActorPath(TestConductor.GetAddressFor(role).GetAwaiter().GetResult());

    public void MuteDeadLetters(ActorSystem system = null, params Type[] messageClasses)
    {
        var muted = system ?? Sys;
        if (!muted.Log.IsDebugEnabled)
        {
            Type[] classes = messageClasses.Length == 0 ? [typeof(object)] : messageClasses;
            foreach (var messageClass in classes)
            {
                CreateEventFilter(muted).DeadLetter(messageClass).Mute();
            }
        }
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            MultiNodeSpecAfterAll();
        }
    }

    /// <summary>Called when all nodes are connected, before the constructor of the test.</summary>
    protected virtual void AtStartup()
    {
    }

    /// <summary>Called after this node's system has ended.</summary>
    protected virtual void AfterTermination()
    {
    }

    /// <summary>Makes this node a participant; node 0 conducts.</summary>
    protected void AttachConductor(TestConductor tc)
    {
        var timeout = tc.Settings.BarrierTimeout;
        Task start = SelfIndex == 0
            ? tc.StartController(InitialParticipants, Myself, _controller)
            : tc.StartClient(Myself, _controller);
        if (!start.Wait(timeout))
        {
            throw new TimeoutException($"Not all of {InitialParticipants} nodes were there within {timeout}");
        }

        TestConductor = tc;
    }

    /// <summary>A system with the configuration of this node's first one, connected to the conductor in its place.</summary>
    protected ActorSystem StartNewSystem()
    {
        var address = TestConductor.Address;
        var config = ConfigurationFactory
            .ParseString($"akka.remote.dot-netty.tcp {{ port = {address.Port}, hostname = \"{address.Host}\" }}")
            .WithFallback(Sys.Settings.Config);
        var system = ActorSystem.Create(Sys.Name, config);
        AttachConductor(new TestConductor(system));
        return system;
    }
}

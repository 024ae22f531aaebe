using System.Collections.Immutable;
using ActorEtcd.Apply;
using ActorEtcd.Raft;
using Akka.Actor;
using Akka.Event;
using Akka.Remote;

namespace ActorEtcd.Members;

/// <summary>
/// Knows which other members are there, and speaks for the member list: to members, and to processes that want to join.
/// <code>
/// Tick                   every other member is probed
/// ProbeMember            answered: alive, or that the sender was removed
/// MemberAlive            remembered
/// MemberReachable        remembered too: by the Akka cluster a member is reachable for all others, or is not
/// DisassociatedEvent     a connection to a member broke: until it answers again, it is away
/// MemberRemoved          told to the parent, when it is about this member and of this cluster
/// AskMembers             answered with the member list
/// CheckReconfiguration   answered by the strict reconfiguration check
/// MembersChanged         members that are gone are forgotten; remoting learns of all places of those that have several
/// </code>
/// What comes from another cluster is refused and logged: a data directory that was restored, or an address that was
/// given to somebody else.
/// </summary>
public sealed class MembersActor : UntypedActor, IWithTimers
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(500);

    private readonly MemberId _self;
    private readonly Func<MemberTable> _members;
    private readonly RemotePeerDirectory _peers;
    private readonly PeerAddresses _seeds;
    private readonly string _version;
    private readonly PeerActivity _activity = new();
    private readonly HashSet<ulong> _foreign = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private ImmutableDictionary<Address, ImmutableArray<Address>> _routes =
        ImmutableDictionary<Address, ImmutableArray<Address>>.Empty;

    private long _number;

    public MembersActor(MemberId self, Func<MemberTable> members, PeerAddresses seeds, string version)
    {
        _self = self;
        _members = members;
        _peers = new RemotePeerDirectory(Context.System, members, seeds);
        _seeds = seeds;
        _version = version;
    }

    /// <summary>The name of the actor below the root actor.</summary>
    public static string Name => "members";

    public ITimerScheduler Timers { get; set; } = null!;

    private static TimeSpan Now => Context.System.Scheduler.MonotonicClock;

    public static Props Props(MemberId self, Func<MemberTable> members, PeerAddresses seeds, string version)
        => Akka.Actor.Props.Create(() => new MembersActor(self, members, seeds, version));

    protected override void PreStart()
    {
        UseRoutes(_members());
        Timers.StartPeriodicTimer(Tick.Instance, Tick.Instance, TickInterval);
        Context.System.EventStream.Subscribe(Self, typeof(DisassociatedEvent));
        Probe();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Tick: Probe(); break;
            case AskMembers: Tell(); break;
            case MemberPeerMessage foreign when foreign.ClusterId != _members().ClusterId: Refuse(foreign); break;
            case ProbeMember probe: Answer(probe); break;
            case MemberAlive alive: _activity.Heard(alive.From, Sender.Path.Uid, Now); break;
            case DisassociatedEvent broken: Lose(broken.RemoteAddress); break;
            case MemberReachable reported: _activity.Reported(reported.Member, reported.IsReachable, Now); break;
            case MemberRemoved removed: Leave(removed); break;
            case CheckReconfiguration check: Check(check); break;
            case MembersChanged changed: Follow(changed.Members); break;
            default: Unhandled(message); break;
        }
    }

    private void Probe()
    {
        var members = _members();
        _number++;
        foreach (var member in members.Members.Keys)
        {
            if (member != _self)
            {
                _peers.Find(member, Name)?.Tell(new ProbeMember(members.ClusterId, _self, member, _number), Self);
            }
        }
    }

    // Silence says the same later; meanwhile a change could cost the majority, such as another voter beside one that was killed.
    private void Lose(Address address)
    {
        if (_peers.At(address) is { } member)
        {
            _activity.Lost(member);
        }
    }

    private void Answer(ProbeMember probe)
    {
        var members = _members();
        if (members.IsRemoved(probe.From))
        {
            Sender.Tell(new MemberRemoved(members.ClusterId, probe.From));
        }
        else if (probe.To == _self)
        {
            Sender.Tell(new MemberAlive(members.ClusterId, _self, probe.Number));
        }
    }

    private void Leave(MemberRemoved removed)
    {
        if (removed.Member == _self)
        {
            Context.Parent.Tell(removed);
        }
    }

    private void Refuse(MemberPeerMessage message)
    {
        if (_foreign.Add(message.ClusterId))
        {
            _log.Warning(
                "request cluster ID mismatch: ignoring {0} of cluster {1:x}, this is cluster {2:x}",
                message.GetType().Name,
                message.ClusterId,
                _members().ClusterId);
        }
    }

    private void Tell()
    {
        var members = _members();
        Sender.Tell(new MembersTold(members.ClusterId, [.. members.Members.Values], [.. members.Removed], _version));
    }

    private void Check(CheckReconfiguration check)
    {
        var now = Now;
        var rules = new ReconfigurationCheck(
            _members(), _self, member => _activity.ActiveFor(member, now), member => _activity.HealthyFor(member, now));
        var error = rules.Check(check.Change);
        if (error != EtcdError.None)
        {
            _log.Warning("rejecting member change of {0}: {1}", check.Change.Id, error);
        }

        check.Reply.TryComplete(error);
    }

    private void Follow(MemberTable members)
    {
        foreach (var gone in members.Removed)
        {
            _activity.Forget(gone);
        }

        UseRoutes(members);
    }

    // A member has one address, its first peer URL, and may listen at others too. A transport that does not know the command
    // takes no notice of it, and calls at the first one alone.
    private void UseRoutes(MemberTable members)
    {
        var routes = _seeds.With(members).Routes;
        if ((_routes.IsEmpty && routes.IsEmpty) || ((ExtendedActorSystem)Context.System).Provider is not IRemoteActorRefProvider remote)
        {
            return;
        }

        _routes = routes;
        remote.Transport.ManagementCommand(routes);
    }

    private sealed record Tick
    {
        public static readonly Tick Instance = new();
    }
}

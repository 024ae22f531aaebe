using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Cluster.Tests.MultiNode;
using Akka.Configuration;
using Akka.Remote.TestKit;
using Akka.TestKit.Xunit2;

namespace Akka.Cluster.TestKit;

/// <summary>A test of several nodes that form a cluster.</summary>
public abstract class MultiNodeClusterSpec : MultiNodeSpec
{
    private static readonly TimeSpan MembersUpWithin = TimeSpan.FromSeconds(25);
    private static readonly string[] UsualLines =
        [".*Cluster Node.* - is starting up.*", ".*Shutting down cluster Node.*", ".*Cluster node successfully shut down.*"];

    private readonly XunitAssertions _assertions = new();
    private readonly ConcurrentDictionary<RoleName, Address> _addresses = new();

    protected MultiNodeClusterSpec(MultiNodeConfig config, Type type)
        : base(config, type)
    {
    }

    protected MultiNodeClusterSpec(
        RoleName myself,
        ActorSystem system,
        ImmutableList<RoleName> roles,
        Func<RoleName, ImmutableList<string>> deployments)
        : base(myself, system, roles, deployments)
    {
    }

    protected MultiNodeClusterSpec(
        RoleName myself,
        ActorSystemSetup setup,
        ImmutableList<RoleName> roles,
        Func<RoleName, ImmutableList<string>> deployments)
        : base(myself, setup, roles, deployments)
    {
    }

    public Cluster Cluster => Cluster.Get(Sys);

    protected override int InitialParticipantsValueFactory => Roles.Count;

    /// <summary>Quick clocks, and failure detectors that the test itself decides for.</summary>
    public static Config ClusterConfigWithFailureDetectorPuppet() => ConfigurationFactory
        .ParseString($"akka.cluster.failure-detector.implementation-class = \"{NameOfPuppet}\"")
        .WithFallback(ClusterConfig());

    public static Config ClusterConfig(bool failureDetectorPuppet) =>
        failureDetectorPuppet ? ClusterConfigWithFailureDetectorPuppet() : ClusterConfig();

    /// <summary>Quick clocks.</summary>
    public static Config ClusterConfig() => ConfigurationFactory.ParseString("""
        akka {
          actor.provider = "Akka.Cluster.ClusterActorRefProvider, Akka.Cluster"
          loglevel = INFO
          log-dead-letters = off
          log-dead-letters-during-shutdown = off
          coordinated-shutdown { run-by-clr-shutdown-hook = off, terminate-actor-system = off }
          test.single-expect-default = 15s
          cluster {
            gossip-interval = 200ms
            leader-actions-interval = 200ms
            unreachable-nodes-reaper-interval = 500ms
            periodic-tasks-initial-delay = 300ms
            failure-detector.heartbeat-interval = 500ms
            run-coordinated-shutdown-when-down = off
            downing-provider-class = "Akka.Cluster.NoDowning, Akka.Cluster"
          }
        }
        """);

    public virtual void MuteLog(ActorSystem sys = null)
    {
        var muted = sys ?? Sys;
        if (muted.Log.IsDebugEnabled)
        {
            return;
        }

        foreach (var line in UsualLines)
        {
            CreateEventFilter(muted).Info(new Regex(line)).Mute();
        }

        MuteDeadLetters(muted);
    }

    public Address GetAddress(RoleName role) => _addresses.GetOrAdd(role, found => Node(found).Address);

    /// <summary>Makes this node the first of the cluster, if it is not in one.</summary>
    public void StartClusterNode()
    {
        if (Cluster.State.Members.IsEmpty)
        {
            Cluster.Join(GetAddress(Myself));
            AwaitAssert(() => _assertions.AssertTrue(IsMember(GetAddress(Myself)), "The node has not joined itself"));
        }
    }

    /// <summary>The first of these nodes starts a cluster, the others join it; all wait until all are up.</summary>
    public void AwaitClusterUp(params RoleName[] roles)
    {
        RunOn(StartClusterNode, roles[0]);
        EnterBarrier(roles[0].Name + "-started");
        RunOn(() => Cluster.Join(GetAddress(roles[0])), roles[1..]);
        RunOn(() => AwaitMembersUp(roles.Length), roles);
        EnterBarrier(string.Join('-', roles.Select(role => role.Name)) + "-joined");
    }

    /// <summary>Joins by a node, again and again, until both are members.</summary>
    public void JoinWithin(RoleName joinNode, TimeSpan? max = null, TimeSpan? interval = null)
    {
        Cluster.Join(GetAddress(joinNode));
        AwaitCondition(
            () =>
            {
                var joined = Is(joinNode, MemberStatus.Up) && Is(Myself, MemberStatus.Joining, MemberStatus.Up);
                if (!joined)
                {
                    Cluster.Join(GetAddress(joinNode));
                }

                return joined;
            },
            max ?? RemainingOrDefault,
            interval ?? TimeSpan.FromSeconds(1));
    }

    /// <summary>These are the members, in the cluster's order.</summary>
    public void AssertMembers(IEnumerable<Member> gotMembers, params Address[] expectedAddresses) => _assertions.AssertEqual(
        string.Join(", ", expectedAddresses.Order(Member.AddressOrdering)),
        string.Join(", ", gotMembers.Select(member => member.Address)));

    /// <summary>Of these nodes, all up, the right one leads.</summary>
    public void AssertLeader(params RoleName[] nodesInCluster) => AssertLeaderIn([.. nodesInCluster]);

    /// <inheritdoc cref="AssertLeader"/>
    public void AssertLeaderIn(ImmutableList<RoleName> nodesInCluster)
    {
        if (!nodesInCluster.Contains(Myself))
        {
            return;
        }

        var expected = GetAddress(RoleOfLeader(nodesInCluster));
        _assertions.AssertEqual(expected, Cluster.State.Leader);
        var status = Cluster.SelfMember.Status;
        _assertions.AssertTrue(
            status is MemberStatus.Up or MemberStatus.Leaving, "Up or Leaving is expected of this node, not {0}", status);
    }

    /// <summary>Waits until so many members are up and agree on the leader.</summary>
    public void AwaitMembersUp(
        int numbersOfMembers, ImmutableHashSet<Address> canNotBePartOfMemberRing = null, TimeSpan? timeout = null) =>
        Within(timeout ?? MembersUpWithin, () => AwaitAssert(() =>
        {
            var state = Cluster.State;
            var wrong = state.Members.FirstOrDefault(m => canNotBePartOfMemberRing?.Contains(m.Address) == true);
            _assertions.AssertTrue(wrong is null, "{0} must be no member", wrong);
            _assertions.AssertEqual(numbersOfMembers, state.Members.Count);
            _assertions.AssertTrue(
                state.Members.All(m => m.Status == MemberStatus.Up), "Not all are up: {0}", string.Join(", ", state.Members));
            _assertions.AssertEqual(state.Members.FirstOrDefault()?.Address, state.Leader);
        }));

    public void AwaitAllReachable() => AwaitAssert(() => _assertions.AssertTrue(
        Cluster.State.Unreachable.IsEmpty, "Unreachable: {0}", string.Join(", ", Cluster.State.Unreachable)));

    /// <summary>Waits until these have seen the state that this node has.</summary>
    public void AwaitSeenSameState(params Address[] addresses) => AwaitAssert(() => _assertions.AssertTrue(
        Cluster.State.SeenBy.IsSupersetOf(addresses), "Seen by {0} only", string.Join(", ", Cluster.State.SeenBy)));

    /// <summary>The node of which the cluster's order makes the leader, when all are up.</summary>
    public RoleName RoleOfLeader(ImmutableList<RoleName> nodesInCluster = null) =>
        (nodesInCluster ?? Roles).OrderBy(GetAddress, Member.AddressOrdering).First();

    public RoleName RoleName(Address addr) => Roles.Find(role => GetAddress(role) == addr);

    /// <summary>Lets the failure detector of this node think so, if it is a puppet.</summary>
    public void MarkNodeAsAvailable(Address address) => FailureDetectorPuppet(address)?.MarkNodeAsAvailable();

    /// <inheritdoc cref="MarkNodeAsAvailable"/>
    public void MarkNodeAsUnavailable(Address address) => FailureDetectorPuppet(address)?.MarkNodeAsUnavailable();

    public bool IsFailureDetectorPuppet() =>
        Type.GetType(Cluster.Settings.FailureDetectorImplementationClass) == typeof(FailureDetectorPuppet);

    public FailureDetectorPuppet FailureDetectorPuppet(Address address) => IsFailureDetectorPuppet()
        ? Tests.MultiNode.FailureDetectorPuppet.BeatenBy(() => Cluster.FailureDetector.Heartbeat(address))
        : null;

    protected override void AtStartup() => MuteLog(Sys);

    protected void MuteMarkingAsUnreachable(ActorSystem system = null) => Mute(system, ".*Marking.* as UNREACHABLE.*");

    protected void MuteMarkingAsReachable(ActorSystem system = null) => Mute(system, ".*Marking.* as REACHABLE.*");

    private static string NameOfPuppet =>
        $"{typeof(FailureDetectorPuppet).FullName}, {typeof(FailureDetectorPuppet).Assembly.GetName().Name}";

    private void Mute(ActorSystem system, string line)
    {
        var muted = system ?? Sys;
        if (!muted.Log.IsDebugEnabled)
        {
            CreateEventFilter(muted).Warning(new Regex(line)).Mute();
            CreateEventFilter(muted).Info(new Regex(line)).Mute();
        }
    }

    private bool IsMember(Address address) => Cluster.State.Members.Any(member => member.Address == address);

    private bool Is(RoleName role, params MemberStatus[] statuses) =>
        Cluster.State.Members.Any(member => member.Address == GetAddress(role) && statuses.Contains(member.Status));
}

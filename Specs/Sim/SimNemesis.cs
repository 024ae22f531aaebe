using ActorEtcd.Apply;
using ActorEtcd.Client;
using ActorEtcd.Members;
using ActorEtcd.Messages;
using ActorEtcd.Raft;
using Akka.Actor;

namespace ActorEtcd.Specs.Sim;

/// <summary>Does to the cluster what the world does to clusters, then stops and sees whether it recovers.</summary>
internal sealed class SimNemesis(SimWorld world)
{
    private static readonly TimeSpan RecoverWithin = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan QuietTime = TimeSpan.FromSeconds(8);

    private const int CloseBehind = 3;

    private readonly HashSet<MemberId> _asked = [];
    private MemberTable _table = world.Initial;
    private bool _isStopped;

    public void Start() => world.After(NextFault(), Interfere);

    /// <summary>Some member has applied a change of the list: an operator starts whom it added.</summary>
    public void MembersChanged(MemberTable table)
    {
        if (table.Members.Count + (2 * table.Removed.Count) <= _table.Members.Count + (2 * _table.Removed.Count)
            && !table.Members.Keys.Any(id => !_table.Members.ContainsKey(id) && !_table.IsRemoved(id)))
        {
            return;
        }

        _table = table;
        foreach (SimMember member in world.Members)
        {
            if (!member.WasStarted && table.Find(member.Id) is not null)
            {
                world.After(TimeSpan.FromMilliseconds(world.Random.Next(1, 500)), () => Join(member));
            }
        }
    }

    public void HealAndProveProgress()
    {
        if (world.IsOver)
        {
            return;
        }

        world.Trace($"heal");
        _isStopped = true;
        world.IsHealed = true;
        world.Network.Mend();
        TimeSpan healedAt = world.Now;
        StartAll(world.Members);
        bool recovered = world.RunUntil(world.Now + RecoverWithin, IsSettled);
        Expect(recovered, $"no leader that all follow {RecoverWithin.TotalSeconds} s after healing");
        if (world.Members.Any(member => member.IsUp && _table.IsRemoved(member.Id)))
        {
            // Those who stay may have to hear from a removed leader that it is removed.
            world.RunUntil(world.Now + QuietTime);
            StopRemoved();
        }

        recovered = world.RunUntil(world.Now + RecoverWithin, IsSettled);
        Expect(recovered, $"no leader that all follow {RecoverWithin.TotalSeconds} s after the removed members left");
        ProveService();
        world.Load.IsStopped = true;
        world.RunUntil(world.Now + QuietTime);
        if (!world.IsOver)
        {
            world.Leases.CheckNoneIsLate(healedAt);
        }

        StopRemoved();
        bool even = world.RunUntil(world.Now + QuietTime, IsEven);
        Expect(even, "the members or the watchers do not come to the same revision in a quiet cluster");
        CompareStates();
    }

    private void Expect(bool condition, string message)
    {
        if (!world.IsOver)
        {
            world.Check(condition, message);
        }
    }

    private TimeSpan NextFault() => world.Settings.FaultInterval * world.Random.NextDouble() * 2;

    private void Interfere()
    {
        if (_isStopped)
        {
            return;
        }

        world.After(NextFault() + TimeSpan.FromTicks(1), Interfere);
        SimMember member = Victim();
        if (world.Settings.Spares > 0 && world.Random.Next(2) == 0)
        {
            Reconfigure();
            return;
        }

        switch (world.Random.Next(18))
        {
            case 0 or 1:
                CrashAtPersist(member);
                break;
            case 2 when member.IsUp:
                member.CrashAfter(world.Random.Next(1, 60));
                break;
            case 3 when world.Random.Next(3) == 0:
                CrashAll();
                break;
            case 3 or 4 or 5:
                StartAll(world.Members);
                break;
            case 6:
                Partition();
                break;
            case 7:
                CutOneWay(member);
                break;
            case 8 or 9:
                Pause(member);
                break;
            case 10:
                Transfer(member);
                break;
            case 11:
                world.Count(SimFault.ClockJump);
                member.ClockJump = TimeSpan.FromMinutes(world.Random.Next(-90, 90));
                break;
            case 12:
                world.Count(SimFault.CheckpointAsked);
                member.Node?.CheckpointNow();
                break;
            case 13:
                ReportFalsely(member);
                break;
            case 14:
                world.Network.Reconnect(world.Random.Next(world.Members.Count), member.Number);
                break;
            case 15 when member.WasStarted && member.IsInGroup && member.Disk.MayBeDamaged && world.Random.Next(2) == 0:
                Rot(member);
                break;
            default:
                world.Trace($"mend the network");
                world.Network.Mend();
                break;
        }
    }

    /// <summary>A member that comes back after a crash some time later, as whatever watches over it sees to.</summary>
    public void Crashed(SimMember member)
    {
        if (world.Random.Next(5) != 0)
        {
            StartAgain(member);
        }
    }

    public void StartAgain(SimMember member)
    {
        int life = member.Life;
        world.After(world.Settings.RestartMax * world.Random.NextDouble(), () =>
        {
            if (!member.IsUp && member.IsInGroup && member.Life == life)
            {
                member.Start();
            }
        });
    }

    /// <summary>The Akka cluster's word, which may be wrong: nothing but changes of members may wait for it.</summary>
    private void ReportFalsely(SimMember member)
    {
        SimMember about = world.Members[world.Random.Next(world.Members.Count)];
        world.Trace($"{member.Number + 1} is told that nobody reaches {about.Number + 1}");
        world.Count(SimFault.FalseReport);
        member.Tell("members", new MemberReachable(about.Id, IsReachable: world.Random.Next(4) == 0));
        member.Tell("raft", new LeaderSuspected(about.Id));
    }

    public void Elected(SimMember leader)
    {
        if (!world.IsHealed && world.Random.NextDouble() < world.Settings.LeaderCrashRate)
        {
            leader.CrashAfter(world.Random.Next(1, 40));
        }
    }

    /// <summary>Its followers hardly know yet.</summary>
    public void Committed(SimMember leader)
    {
        double rate = world.Settings.CommitCrashRate;
        if (rate > 0 && !world.IsHealed && world.Random.NextDouble() < rate)
        {
            leader.CrashAfter(world.Random.Next(1, 8));
        }
    }

    /// <summary>Leaders have more to lose.</summary>
    private SimMember Victim() => world.Random.Next(3) == 0 && world.Members.FirstOrDefault(static member => member.Raft?.Role == RaftRole.Leader) is { } leader
        ? leader
        : world.Members[world.Random.Next(world.Members.Count)];

    private void CrashAtPersist(SimMember member)
    {
        member.CrashPoint = (SimCrashPoint)world.Random.Next(1, Enum.GetValues<SimCrashPoint>().Length);
        world.Trace($"{member.Number + 1} is to crash at {member.CrashPoint}");
    }

    /// <summary>It is down, or goes down, and a bit of its log changes before it comes back.</summary>
    private void Rot(SimMember member)
    {
        if (member.IsUp)
        {
            member.CrashPoint = SimCrashPoint.None;
            member.CrashNow();
        }

        world.Trace($"a bit of what is on disk of {member.Number + 1} flips");
        member.Disk.Rot();
    }

    private void CrashAll()
    {
        world.Trace($"crash all");
        world.Count(SimFault.CrashOfAll);
        foreach (SimMember member in world.Members.Where(static member => member.IsUp))
        {
            member.CrashPoint = SimCrashPoint.None;
            member.CrashNow();
        }
    }

    private void StartAll(IEnumerable<SimMember> members)
    {
        foreach (SimMember member in members)
        {
            if (!member.IsUp && member.IsInGroup)
            {
                member.Start();
            }

            if (world.IsHealed)
            {
                member.CrashPoint = SimCrashPoint.None;
                member.CrashAtStep = long.MaxValue;
                member.GoOn();
            }
        }
    }

    private void Partition()
    {
        int[] side = [.. world.Members.Select(_ => world.Random.Next(2))];
        world.Trace($"partition {string.Concat(side)}");
        world.Count(SimFault.Partition);
        world.Network.Mend();
        foreach (SimMember from in world.Members)
        {
            foreach (SimMember to in world.Members.Where(to => side[from.Number] != side[to.Number]))
            {
                world.Network.Cut(from.Number, to.Number);
            }
        }
    }

    private void CutOneWay(SimMember member)
    {
        bool isInbound = world.Random.Next(2) == 0;
        world.Trace($"cut {(isInbound ? "towards" : "from")} {member.Number + 1}");
        world.Count(SimFault.OneWayCut);
        foreach (SimMember other in world.Members.Where(_ => world.Random.Next(3) != 0))
        {
            world.Network.Cut(isInbound ? other.Number : member.Number, isInbound ? member.Number : other.Number);
        }
    }

    private void Pause(SimMember member)
    {
        TimeSpan pause = TimeSpan.FromMilliseconds(world.Random.Next(50, world.Random.Next(4) == 0 ? 12_000 : 4000));
        world.Trace($"pause {member.Number + 1} for {pause}");
        world.Count(SimFault.Pause);
        member.Pause(pause);
    }

    private void Transfer(SimMember member)
    {
        MemberId target = world.Random.Next(2) == 0 ? MemberId.None : world.Members[world.Random.Next(world.Members.Count)].Id;
        world.Trace($"transfer from {member.Number + 1} to {target}");
        world.Count(SimFault.LeaderTransfer);
        if (member.Node is not null)
        {
            member.Tell("raft", new TransferLeadership(target));
        }
    }

    private void Reconfigure()
    {
        if (world.Load.AnyMember() is not { } asked)
        {
            return;
        }

        MemberTable known = asked.Node!.Members;
        Member[] learners = [.. known.Members.Values.Where(static member => member.IsLearner)];
        SimMember? fresh = world.Members.FirstOrDefault(member => !_asked.Contains(member.Id) && member.Number >= world.Settings.Members);
        switch (world.Random.Next(4))
        {
            case 0 when known.Members.Count > 1:
                MemberId removed = known.Members.Keys.ElementAt(world.Random.Next(known.Members.Count));
                Ask(asked, SimFault.MemberRemoved, $"remove {removed}", node => node.MemberRemoveAsync(removed));
                break;
            case 1 when learners.Length > 0:
                MemberId promoted = learners[world.Random.Next(learners.Length)].Id;
                Ask(asked, SimFault.MemberPromoted, $"promote {promoted}", node => node.MemberPromoteAsync(promoted));
                break;
            default:
                if (fresh is not null && known.Members.Count < 6)
                {
                    _asked.Add(fresh.Id);
                    Member added = fresh.Description(isLearner: world.Random.Next(2) == 0);
                    Ask(asked, SimFault.MemberAdded, $"add {added.Id} learner {added.IsLearner}", node => node.MemberAddAsync(added));
                }

                break;
        }
    }

    private void Ask(SimMember asked, SimFault fault, string what, Func<EtcdNode, ValueTask<MembersResult>> change) =>
        _ = AskAsync(asked, fault, what, change);

    private async Task AskAsync(SimMember asked, SimFault fault, string what, Func<EtcdNode, ValueTask<MembersResult>> change)
    {
        SimOutcome<MembersResult> outcome = await world.Load.Call(asked, change);
        world.Trace($"operator at {asked.Number + 1}: {what}: {(outcome.IsKnown ? outcome.Error.ToString() : "unknown")}");
        if (outcome.IsSuccess)
        {
            world.Count(fault);
        }
    }

    private void Join(SimMember member)
    {
        if (!member.WasStarted && !_table.IsRemoved(member.Id))
        {
            member.Join(_table);
        }
    }

    /// <summary>Removed members go away in the end, as their operators see to it.</summary>
    private void StopRemoved()
    {
        foreach (SimMember member in world.Members.Where(member => _table.IsRemoved(member.Id)))
        {
            member.Leave();
        }
    }

    private SimMember[] Group() => [.. world.Members.Where(member => member.IsInGroup && !_table.IsRemoved(member.Id))];

    private bool IsSettled()
    {
        SimMember[] group = Group();
        return world.Now >= world.StalledUntil
            && group.Count(static member => member.Raft?.Role == RaftRole.Leader) == 1
            && group.Single(static member => member.Raft?.Role == RaftRole.Leader) is var leader
            && !leader.Raft!.Configuration.IsJoint
            && group.All(member => member.Node is not null && Follows(member.Raft!, leader.Raft));
    }

    /// <summary>It is close behind: whoever gets a checkpoint instead of entries does not hear of its own commands in them.</summary>
    private static bool Follows(RaftState follower, RaftState leader) =>
        follower.Leader == leader.Id && follower.Term == leader.Term && follower.Install is null
        && follower.Configuration.Equals(leader.Configuration)
        && follower.Log.AppliedIndex + CloseBehind >= leader.Log.CommitIndex;

    private bool IsEven()
    {
        long revision = world.History.Revision;
        return Group().All(member => member.Node?.View.Revision == revision && member.Node.V2.State.Index == world.V2.Index) && world.Load.Watchers.All(static watcher => watcher.Missing is null);
    }

    /// <summary>
    /// A write and a linearizable read through every member are answered, soon if not at once: a member may still be on its
    /// way out, or get a checkpoint in place of the entries that it waits for.
    /// </summary>
    private void ProveService()
    {
        TimeSpan deadline = world.Now + RecoverWithin;
        foreach (SimMember member in world.Members)
        {
            bool isAnswered = false;
            while (!isAnswered && !world.IsOver && Group().Contains(member))
            {
                Expect(world.Now < deadline, $"no write and read through member {member.Number + 1} is answered in a healed cluster");
                world.RunUntil(deadline, () => member.Node is not null || !Group().Contains(member));
                Task<bool> probe = member.Node is null ? Task.FromResult(false) : ProbeAsync(member);
                world.RunUntil(world.Now + QuietTime, () => probe.IsCompleted);
                isAnswered = probe is { IsCompleted: true, Result: true };
            }
        }
    }

    private async Task<bool> ProbeAsync(SimMember member) => await new SimClient(world, -1).ProbeAsync(member);

    private void CompareStates()
    {
        foreach (SimMember member in Group())
        {
            if (world.IsOver || member.Node is null)
            {
                return;
            }

            Task<SimOutcome<CapturedState>> captured = world.Load.Call(member, static node => node.CaptureStateAsync());
            world.RunUntil(world.Now + QuietTime, () => captured.IsCompleted);
            if (captured is { IsCompleted: true, Result.IsSuccess: true })
            {
                world.Invariants.State(member, captured.Result.Result!);
            }
        }
    }
}

using System.Collections.Immutable;
using ActorEtcd.Log;
using ActorEtcd.Members;
using ActorEtcd.Raft;

namespace ActorEtcd.Specs.Simulation;

/// <summary>
/// A whole cluster in one thread: one queue of events in virtual time, one source of randomness. The same
/// settings give the same run, event by event.
/// </summary>
public sealed class SimWorld
{
    private const long StepsMax = 3_000_000;

    private readonly PriorityQueue<SimEvent, (TimeSpan At, long Number)> _events = new();
    private readonly HashSet<(int From, int To)> _cut = [];
    private readonly TimeSpan[] _pausedUntil;
    private readonly List<string> _trace = [];
    private long _number;
    private long _payload;
    private RaftConfiguration? _group;
    private bool _isHealed;

    public SimWorld(SimSettings settings)
    {
        Settings = settings;
        Random = new Random(settings.Seed);
        Bootstrap = InitialLog.EntriesOf(Enumerable.Range(1, settings.Members).Select(static number =>
            new Member(new MemberId((ulong)number), string.Empty, [], [])));
        Invariants = new SimInvariants(this);
        Members = [.. Enumerable.Range(0, settings.Members + settings.Spares).Select(number => new SimMember(this, number))];
        _pausedUntil = new TimeSpan[Members.Count];
    }

    public SimSettings Settings { get; }

    public Random Random { get; }

    /// <summary>What the logs of the initial members begin with.</summary>
    public ImmutableArray<LogEntry> Bootstrap { get; }

    public IReadOnlyList<SimMember> Members { get; }

    public SimInvariants Invariants { get; }

    public TimeSpan Now { get; private set; }

    public long Steps { get; private set; }

    /// <summary>Logs that were lost and that the others brought back.</summary>
    public int LogsRegained { get; set; }

    /// <summary>Changes of the group that were applied.</summary>
    public int Changes { get; private set; }

    /// <summary>Faults for a while, then healing, then proof of progress.</summary>
    public void Run()
    {
        foreach (var member in Members.Take(Settings.Members))
        {
            member.Start();
        }

        RunUntil(Settings.FaultTime, Interfere);
        Heal();
        ProveProgress();
    }

    public void Check(bool condition, string message)
    {
        if (!condition)
        {
            throw new SimFailedException($"{message}\n{Settings}\nat {Now} after {Steps} steps; last faults:\n"
                + string.Join('\n', _trace.TakeLast(12)) + $"\n{Describe()}");
        }
    }

    /// <summary>Something happens at a member later, unless it crashes before.</summary>
    public void After(TimeSpan delay, int member, Action action)
    {
        _events.Enqueue(new SimEvent(member, Members[member].Life, action), (Now + delay, ++_number));
    }

    public void Send(int from, PeerMessage message)
    {
        var to = (int)message.To.Value - 1;
        if (_cut.Contains((from, to)) || (!_isHealed && Random.NextDouble() < Settings.LossRate))
        {
            return;
        }

        var copies = !_isHealed && Random.NextDouble() < Settings.DuplicateRate ? 2 : 1;
        for (var copy = 0; copy < copies; copy++)
        {
            _events.Enqueue(
                new SimEvent(to, Life: -1, () => Members[to].Receive(message)), (Now + Delay(), ++_number));
        }
    }

    public TimeSpan DiskLatency() =>
        !_isHealed && Random.NextDouble() < Settings.DiskStallRate
            ? TimeSpan.FromMilliseconds(Random.Next(1000, 8000))
            : Settings.DiskLatencyMax * (_isHealed ? 0.1 : Random.NextDouble());

    public TimeSpan ApplyLatency() => TimeSpan.FromMilliseconds(Random.Next(3));

    public TimeSpan FetchLatency() => TimeSpan.FromMilliseconds(Random.Next(_isHealed ? 50 : 1500));

    private TimeSpan Delay() =>
        Settings.DelayMax * (_isHealed ? 0.05 : Random.NextDouble()) + TimeSpan.FromMilliseconds(0.1);

    private void RunUntil(TimeSpan end, Action? interfere)
    {
        var nextFault = Now + (Settings.FaultInterval * Random.NextDouble());
        while (true)
        {
            var isEvent = _events.TryPeek(out _, out var priority) && priority.At <= end;
            if (!isEvent && (interfere is null || nextFault > end))
            {
                break;
            }

            if (interfere is not null && (!isEvent || priority.At >= nextFault))
            {
                Now = nextFault;
                interfere();
                nextFault = Now + TimeSpan.FromTicks(1) + (Settings.FaultInterval * Random.NextDouble() * 2);
                continue;
            }

            var next = _events.Dequeue();
            Now = priority.At;
            Dispatch(next);
            if (interfere is not null && Random.Next(12) == 0)
            {
                Use();
            }
        }

        Now = end;
    }

    private void Dispatch(SimEvent next)
    {
        var member = Members[next.Member];
        if (!member.IsUp || (next.Life >= 0 && next.Life != member.Life))
        {
            return;
        }

        if (_pausedUntil[next.Member] > Now)
        {
            _events.Enqueue(next, (_pausedUntil[next.Member], ++_number));
            return;
        }

        Steps++;
        Check(Steps < StepsMax, "messages beget messages without end");
        next.Action();
    }

    private void Use()
    {
        var member = Members[Random.Next(Members.Count)];
        switch (Random.Next(12))
        {
            case < 7:
                member.Propose(++_payload);
                break;
            case < 11:
                member.Read();
                break;
            default:
                member.Propose(++_payload);
                member.Propose(++_payload);
                member.Propose(++_payload);
                break;
        }
    }

    private void Interfere()
    {
        var member = Random.Next(Members.Count);
        if (Settings.LosePercent > 0 && Random.Next(100) < Settings.LosePercent)
        {
            if (!Members.Any(static each => each.HasLostLog))
            {
                Trace($"log of {member + 1} is lost");
                Members[member].LoseLog();
            }

            StartAll();
            return;
        }

        if (Random.Next(100) < Settings.ChangePercent)
        {
            Reconfigure();
            return;
        }

        switch (Random.Next(10))
        {
            case 0 or 1:
                Trace($"crash {member + 1}");
                Crash(member);
                break;
            case 2 when Random.Next(3) == 0:
                Trace("crash all");
                for (var each = 0; each < Members.Count; each++)
                {
                    Crash(each);
                }

                break;
            case 2 or 3:
                StartAll();
                break;
            case 4:
                Partition();
                break;
            case 5:
                CutOneWay(member);
                break;
            case 6:
                var pause = TimeSpan.FromMilliseconds(Random.Next(50, 4000));
                Trace($"pause {member + 1} for {pause}");
                _pausedUntil[member] = Now + pause > _pausedUntil[member] ? Now + pause : _pausedUntil[member];
                break;
            case 7:
                Trace($"transfer from {member + 1}");
                Members[member].Transfer(Random.Next(2) == 0 ? MemberId.None : Members[Random.Next(Members.Count)].Id);
                break;
            default:
                Trace("mend the network");
                _cut.Clear();
                break;
        }
    }

    /// <summary>The change was applied for the first time: an operator starts whom it added.</summary>
    public void Changed(RaftConfiguration group)
    {
        foreach (var member in Members.Where(member => !member.IsInGroup && group.Contains(member.Id)))
        {
            Trace($"join {member.Id}");
            member.IsInGroup = true;
            member.Start();
        }

        Changes++;
        _group = group;
    }

    /// <summary>Some member is asked for a change that fits what it has applied; some changes need a joint phase.</summary>
    private void Reconfigure()
    {
        var asked = Members[Random.Next(Members.Count)];
        if (!asked.IsUp)
        {
            return;
        }

        for (var burst = Random.Next(1, 4); burst > 0; burst--)
        {
            var steps = ImmutableArray.CreateBuilder<ConfigurationChangeStep>();
            for (var count = Random.Next(4) == 0 ? Random.Next(2, 4) : 1; count > 0; count--)
            {
                if (Step(asked.Group) is { } step && steps.All(other => other.Member != step.Member))
                {
                    steps.Add(step);
                }
            }

            if (steps.Count > 0)
            {
                Trace($"ask {asked.Id} for {string.Join(", ", steps.Select(step => $"{step.Kind} {step.Member}"))}");
                asked.Reconfigure(new ConfigurationChange(ConfigurationChangeMode.Automatic, steps.ToImmutable(), Bytes.Empty));
            }
        }
    }

    private ConfigurationChangeStep? Step(RaftConfiguration group)
    {
        var kind = Random.Next(5);
        if (kind is 0 or 1 && group.Members.Length > 1)
        {
            return new(ConfigurationChangeKind.RemoveMember, group.Members[Random.Next(group.Members.Length)]);
        }

        if (kind == 2 && !group.Learners.IsEmpty)
        {
            return new(ConfigurationChangeKind.AddVoter, group.Learners[Random.Next(group.Learners.Length)]);
        }

        var fresh = Members.Where(member => !member.WasAsked).Select(member => (SimMember?)member).FirstOrDefault();
        if (fresh is null || group.Members.Length >= 7)
        {
            return null;
        }

        fresh.WasAsked = true;
        return new(kind == 3 ? ConfigurationChangeKind.AddLearner : ConfigurationChangeKind.AddVoter, fresh.Id);
    }

    /// <summary>Removed members go away in the end, as operators and their own actors see to it.</summary>
    private void StopRemoved()
    {
        foreach (var member in Members.Where(member => member.IsUp && _group is not null && !_group.Contains(member.Id)))
        {
            Trace($"stop {member.Id}");
            member.IsInGroup = false;
            member.Crash();
        }
    }

    private void Crash(int member)
    {
        if (Members[member].IsUp)
        {
            Members[member].Crash();
        }
    }

    private void StartAll()
    {
        foreach (var member in Members)
        {
            if (!member.IsUp && member.IsInGroup)
            {
                Trace($"start {member.Id}");
                member.Start();
            }
        }
    }

    private void Partition()
    {
        var side = Members.Select(_ => Random.Next(2)).ToArray();
        Trace($"partition {string.Join(string.Empty, side)}");
        _cut.Clear();
        for (var from = 0; from < side.Length; from++)
        {
            for (var to = 0; to < side.Length; to++)
            {
                if (side[from] != side[to])
                {
                    _cut.Add((from, to));
                }
            }
        }
    }

    private void CutOneWay(int member)
    {
        var isInbound = Random.Next(2) == 0;
        Trace($"cut {(isInbound ? "towards" : "from")} {member + 1}");
        for (var other = 0; other < Members.Count; other++)
        {
            if (Random.Next(3) != 0)
            {
                _cut.Add(isInbound ? (other, member) : (member, other));
            }
        }
    }

    private void Heal()
    {
        Trace("heal");
        _isHealed = true;
        _cut.Clear();
        StartAll();
    }

    /// <summary>
    /// Without faults there is a leader soon, it keeps leading, everybody's proposals are applied everywhere
    /// and everybody's reads are answered.
    /// </summary>
    private void ProveProgress()
    {
        RunUntil(Now + TimeSpan.FromSeconds(20), null);
        StopRemoved();
        RunUntil(Now + TimeSpan.FromSeconds(10), null);
        var leaders = Members.Where(member => member.State?.Role == RaftRole.Leader).ToArray();
        Check(leaders.Length == 1, $"{leaders.Length} leaders 20 s after healing");
        Check(
            Settings.Bug != SimBug.None || !Members.Any(static member => member.HasLostLog),
            "a member is without its log 30 s after healing");
        var term = leaders[0].State!.Term;
        var group = leaders[0].State!.Configuration;
        Check(!group.IsJoint, $"the joint configuration {group} does not end");
        var members = Members.Where(member => group.Contains(member.Id)).ToArray();
        var payloads = new List<long>();
        var answered = members.Select(member => member.ReadsAnswered).ToArray();
        foreach (var member in members)
        {
            payloads.Add(++_payload);
            member.Propose(_payload);
            member.Read();
        }

        RunUntil(Now + TimeSpan.FromSeconds(5), null);
        foreach (var payload in payloads)
        {
            Check(Invariants.IsApplied(payload), $"proposal {payload} is not applied 5 s after a quiet start");
        }

        for (var number = 0; number < members.Length; number++)
        {
            var state = members[number].State!;
            Check(members[number].ReadsAnswered > answered[number], $"the read of member {members[number].Id} is not answered");
            Check(state.Term == term, $"term {term} became {state.Term} without any fault");
            Check(
                members[number].Applied == leaders[0].State!.Log.LastIndex,
                $"member {members[number].Id} applied {members[number].Applied} of {leaders[0].State!.Log.LastIndex}");
        }
    }

    private void Trace(string text) => _trace.Add($"{Now} {text}");

    private string Describe() => string.Join('\n', Members.Select(member => member.State is not { } s
        ? $"{member.Id}: down"
        : $"{member.Id}: {s.Role} term {s.Term} vote {s.Vote} leader {s.Leader} base {s.Log.BaseIndex} last {s.Log.LastIndex} "
          + $"commit {s.Log.CommitIndex} durable {s.Log.DurableIndex} applied {s.Log.AppliedIndex}/{s.Log.ApplyingIndex} "
          + $"install {s.Install?.Manifest.Index}/{s.Install?.IsInstalling} " + string.Join(' ', (s.Leading?.Members ?? [])
              .Select(p => $"[{p.Id} {p.State} match {p.Match} next {p.Next} out {p.InFlightAppends}]"))));

    private sealed record SimEvent(int Member, int Life, Action Action);
}

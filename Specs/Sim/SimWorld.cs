using System.Collections.Immutable;
using System.Globalization;
using ActorEtcd.Dispatch;
using ActorEtcd.Log;
using ActorEtcd.Members;

namespace ActorEtcd.Specs.Sim;

/// <summary>
/// A whole cluster on one thread: one queue of events in virtual time, one list of turns that are due now, one source of
/// chance. The same settings give the same run, turn by turn.
/// </summary>
internal sealed class SimWorld
{
    /// <summary>Turns at one moment of virtual time beyond which nothing can be going forward.</summary>
    private const int TurnsAtOnceMax = 200_000;

    /// <summary>Of so many turns that are due one is chosen; more would only cost time.</summary>
    private const int ChoiceMax = 6;

    private readonly PriorityQueue<SimEvent, (TimeSpan At, long Number)> _events = new();
    private readonly List<SimEvent> _ready = [];
    private readonly List<string> _trace = [];
    private long _number;
    private long _turnsAtOnce;

    public SimWorld(SimSettings settings, bool isTracing = false)
    {
        Settings = settings;
        IsTracing = isTracing;
        Random = new Random(settings.Seed);
        Network = new SimNetwork(this);
        Members = [.. Enumerable.Range(0, settings.Members + settings.Spares).Select(number => new SimMember(this, number))];
        Initial = MemberTable.Of(
            SimMember.ClusterId,
            Members.Take(settings.Members).Select(static member => member.Description(isLearner: false)));
        BootstrapEntries = InitialLog.EntriesOf(Initial.Members.Values);
        History = new SimHistory(this);
        Invariants = new SimInvariants(this);
        Leases = new SimLeases(this);
        V2 = new SimV2(this);
        Admission = new SimAdmission(this);
        Load = new SimLoad(this);
        Nemesis = new SimNemesis(this);
    }

    public SimSettings Settings { get; }

    public Random Random { get; }

    public SimNetwork Network { get; }

    public IReadOnlyList<SimMember> Members { get; }

    public MemberTable Initial { get; }

    public ImmutableArray<LogEntry> BootstrapEntries { get; }

    public SimHistory History { get; }

    public SimInvariants Invariants { get; }

    public SimLeases Leases { get; }

    public SimV2 V2 { get; }

    public SimAdmission Admission { get; }

    public SimLoad Load { get; }

    public SimNemesis Nemesis { get; }

    public TimeSpan Now { get; private set; }

    /// <summary>When the last flush that takes seconds ends.</summary>
    public TimeSpan StalledUntil { get; private set; }

    public long Steps { get; private set; }

    /// <summary>Changes with everything that happens: equal for equal runs.</summary>
    public ulong TraceHash { get; private set; } = 14695981039346656037UL;

    /// <summary>What does not hold; null while everything does.</summary>
    public string? Violation { get; private set; }

    public bool IsHealed { get; set; }

    public bool IsTracing { get; }

    public IReadOnlyList<string> TraceLines => _trace;

    public long[] Faults { get; } = new long[Enum.GetValues<SimFault>().Length];

    public bool IsOver => Violation is not null || Steps >= Settings.StepsMax;

    /// <summary>Faults for a while, then healing, then proof of progress.</summary>
    public void Run()
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        Relay.CompleteBy(static completion => SimMember.Completing.Complete(completion));
        try
        {
            foreach (SimMember member in Members.Take(Settings.Members))
            {
                member.Start();
            }

            Load.Start();
            Nemesis.Start();
            RunUntil(Settings.FaultTime);
            Nemesis.HealAndProveProgress();
        }
        finally
        {
            Relay.CompleteBy(null);
            SynchronizationContext.SetSynchronizationContext(context);
            FinalState = Describe();
            foreach (SimMember member in Members)
            {
                member.Forget();
            }
        }
    }

    public void Check(bool condition, string message)
    {
        if (!condition)
        {
            Fail(message);
        }
    }

    public void Fail(string message)
    {
        if (Violation is null)
        {
            Violation = message;
            Trace($"VIOLATION {message}");
        }
    }

    public void Count(SimFault fault) => Faults[(int)fault]++;

    public void Trace(FormattableString text)
    {
        if (IsTracing)
        {
            _trace.Add($"{Now.TotalSeconds.ToString("F4", CultureInfo.InvariantCulture)} {text.ToString(CultureInfo.InvariantCulture)}");
        }
    }

    public void Mix(ulong value) => TraceHash = (TraceHash ^ value) * 1099511628211UL;

    /// <summary>Something happens later that belongs to no member.</summary>
    public void After(TimeSpan delay, Action action) => Schedule(delay, new SimEvent(null, 0, action));

    public void Schedule(TimeSpan delay, SimEvent due) => _events.Enqueue(due, (Now + delay, ++_number));

    /// <summary>Something happens at this moment, in an order that chance decides.</summary>
    public void Ready(SimEvent due) => _ready.Add(due);

    /// <summary>How long a turn of an actor takes that waits for the disk.</summary>
    public TimeSpan DiskTurn() => FlushTime() / 4;

    public TimeSpan FlushTime()
    {
        if (!IsHealed && Random.NextDouble() < Settings.StallRate)
        {
            Count(SimFault.DiskStall);
            TimeSpan stall = TimeSpan.FromMilliseconds(Random.Next(500, 5000));
            StalledUntil = Now + stall > StalledUntil ? Now + stall : StalledUntil;
            return stall;
        }

        return Settings.FlushMax * (IsHealed ? 0.2 : Random.NextDouble());
    }

    /// <summary>Runs until the time, or until the condition holds; says whether it was reached in time.</summary>
    public bool RunUntil(TimeSpan end, Func<bool>? condition = null)
    {
        while (!IsOver)
        {
            if (condition is not null && _ready.Count == 0 && condition())
            {
                return true;
            }

            if (_ready.Count > 0)
            {
                int choice = _ready.Count == 1 ? 0 : Random.Next(Math.Min(_ready.Count, ChoiceMax));
                SimEvent turn = _ready[choice];
                _ready.RemoveAt(choice);
                Dispatch(turn);
                Check(++_turnsAtOnce < TurnsAtOnceMax, $"{_turnsAtOnce} turns at one moment");
                continue;
            }

            if (!_events.TryPeek(out _, out var priority) || priority.At > end)
            {
                break;
            }

            SimEvent next = _events.Dequeue();
            _turnsAtOnce = Now == priority.At ? _turnsAtOnce : 0;
            Now = priority.At;
            Dispatch(next);
        }

        if (!IsOver)
        {
            Now = end;
        }

        return false;
    }

    /// <summary>Where every member stood when the run ended.</summary>
    public string FinalState { get; private set; } = string.Empty;

    private string Describe() => string.Join('\n', Members.Where(static member => member.WasStarted).Select(static member => member.Describe()));

    private void Dispatch(SimEvent due)
    {
        if (due.Member is not { } member)
        {
            due.Action();
            return;
        }

        if (!member.IsUp || (due.Life >= 0 && due.Life != member.Life))
        {
            return;
        }

        if (member.PausedUntil > Now)
        {
            member.Parked.Add(due);
            return;
        }

        Steps++;
        Mix(((ulong)Now.Ticks << 4) ^ (ulong)member.Number);
        SimMember.Completing = member;
        due.Action();
        member.Stepped();
    }
}

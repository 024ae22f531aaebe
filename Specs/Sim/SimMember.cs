using System.Globalization;
using System.Reflection;
using ActorEtcd.Apply;
using ActorEtcd.Client;
using ActorEtcd.Compaction;
using ActorEtcd.Lease;
using ActorEtcd.Members;
using ActorEtcd.Persistence.Journal;
using ActorEtcd.Persistence.Serialization;
using ActorEtcd.Raft;
using ActorEtcd.Store;
using ActorEtcd.Watch;
using Akka.Actor;

namespace ActorEtcd.Specs.Sim;

/// <summary>
/// One member: the actors of the product in a system of their own, from life to life. The disk outlasts the lives.
/// </summary>
internal sealed class SimMember
{
    public const ulong ClusterId = 0xc1;

    public static readonly TimeSpan Heartbeat = TimeSpan.FromMilliseconds(100);
    public static readonly TimeSpan ElectionTimeout = TimeSpan.FromMilliseconds(1000);

    // Not public in Akka; what is inside is read only, except to plant a bug.
    private static readonly PropertyInfo ActorOfCell =
        typeof(ActorCell).GetProperty("Actor", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)!;

    [ThreadStatic]
    private static SimMember? ThreadStarting;

    [ThreadStatic]
    private static SimMember? ThreadCompleting;

    private readonly List<Action> _whenDown = [];
    private MemorySegmentStorage _segments = new();
    private LocalActorRef? _raft;
    private MemberTable? _joined;
    private MemberTable? _known;
    private long _steps;

    public SimMember(SimWorld world, int number)
    {
        World = world;
        Number = number;
        Id = new MemberId((ulong)number + 1);
        Address = PeerAddresses.AddressOf(PeerUrl)!;
        Disk = new SimDisk(world, this);
        IsInGroup = number < world.Settings.Members;
        ClockRate = 1 + (world.Settings.ClockDrift * ((world.Random.NextDouble() * 2) - 1));
        if (world.Settings.ClockDrift > 0)
        {
            world.Count(SimFault.ClockRate);
        }
    }

    /// <summary>The member whose system is being made on this thread.</summary>
    public static SimMember Starting => ThreadStarting!;

    /// <summary>The member that has its turn on this thread.</summary>
    public static SimMember Completing
    {
        get => ThreadCompleting!;
        set => ThreadCompleting = value;
    }

    public SimWorld World { get; }

    public int Number { get; }

    public MemberId Id { get; }

    public Address Address { get; }

    public SimDisk Disk { get; }

    public int Life { get; private set; }

    public ActorSystem? System { get; private set; }

    public bool IsUp => System is not null;

    public bool WasStarted => Life > 0;

    /// <summary>The member as its clients see it; null until it has recovered.</summary>
    public EtcdNode? Node { get; private set; }

    /// <summary>Its log was damaged, and the others have not brought it back yet.</summary>
    public bool HasLostLog { get; private set; }

    /// <summary>It is started again after a crash.</summary>
    public bool IsInGroup { get; set; }

    public TimeSpan PausedUntil { get; private set; }

    /// <summary>What has come up during a pause.</summary>
    public List<SimEvent> Parked { get; } = [];

    public double ClockRate { get; }

    public TimeSpan Clock => World.Now * ClockRate;

    public TimeSpan ClockJump { get; set; }

    /// <summary>What its wall clock shows, which may jump.</summary>
    public DateTimeOffset UtcNow => DateTimeOffset.UnixEpoch.AddYears(50) + Clock + ClockJump;

    /// <summary>Where it is to crash next.</summary>
    public SimCrashPoint CrashPoint { get; set; }

    /// <summary>The read index that it was told last, for a bug that is planted.</summary>
    public long LastReadIndex { get; set; }

    /// <summary>After so many of its own turns it is to crash.</summary>
    public long CrashAtStep { get; set; } = long.MaxValue;

    /// <summary>What the Raft actor knows; null while there is none.</summary>
    public RaftState? Raft => _raft is not null && ActorOfCell.GetValue(_raft.Cell) is RaftActor actor ? actor.StateData : null;

    private string PeerUrl => $"http://10.0.0.{(Number + 1).ToString(CultureInfo.InvariantCulture)}:2380";

    public Member Description(bool isLearner) => new(Id, string.Empty, [PeerUrl], []) { IsLearner = isLearner };

    /// <summary>An operator starts it for the first time, with the member list of the cluster that it joins.</summary>
    public void Join(MemberTable members)
    {
        _joined = members;
        IsInGroup = true;
        Start();
    }

    public void Start()
    {
        Life++;
        CrashPoint = SimCrashPoint.None;
        CrashAtStep = long.MaxValue;
        GoOn();
        LastReadIndex = 0;
        Disk.Begin();
        World.Invariants.Started(this);
        World.Trace($"{Number + 1} starts life {Life}");
        ThreadStarting = this;
        System = ActorSystem.Create(PeerAddresses.SystemName, SimConfig.Value);
        PeerTraffic.Get(System).ClusterId = ClusterId;
        WalServices services = WalServices.Get(System);
        services.FileSystem = Disk.Files;
        services.Threads = Disk.Threads!;
        services.FatalHandler = new SimFatalHandler(this);
        System.EventStream.Subscribe(new SimErrors(this), typeof(Akka.Event.Error));
        var started = new Pending<EtcdNode>();
        _ = ServeAsync(started, Life);
        System.ActorOf(EtcdActor.Props(Settings(), started), EtcdActor.Name);
    }

    /// <summary>Its clock runs, and nothing else.</summary>
    public void Pause(TimeSpan pause)
    {
        TimeSpan until = World.Now + pause;
        if (until <= PausedUntil)
        {
            return;
        }

        PausedUntil = until;
        World.After(pause, () =>
        {
            if (PausedUntil <= World.Now)
            {
                GoOn();
            }
        });
    }

    public void GoOn()
    {
        PausedUntil = TimeSpan.Zero;
        foreach (SimEvent parked in Parked)
        {
            World.Ready(parked);
        }

        Parked.Clear();
    }

    /// <summary>Everything stops at once; what was not flushed is lost.</summary>
    public void CrashNow()
    {
        World.Trace($"{Number + 1} crashes at {CrashPoint}");
        World.Count(CrashPoint == SimCrashPoint.None ? SimFault.Crash : SimFault.CrashAtPersist);
        Stop();
        Disk.Crash();
        _segments = _segments.Crash();
        World.Nemesis.Crashed(this);
    }

    public void Forget()
    {
        System = null;
        Disk.Leave();
        _whenDown.Clear();
    }

    /// <summary>Called when this life ends, unless it has ended before.</summary>
    public void WhenDown(Action action) => _whenDown.Add(action);

    /// <summary>Something happens in this life, later.</summary>
    public void After(int life, TimeSpan delay, Action action) => World.Schedule(delay, new SimEvent(this, life, action));

    /// <summary>Something is due in this life now.</summary>
    public void Ready(int life, Action action) => World.Ready(new SimEvent(this, life, action));

    /// <summary>A request is answered: whoever awaits it goes on in a turn of its own.</summary>
    public void Complete(IThreadPoolWorkItem completion) => Ready(Life, completion.Execute);

    public SimTap? TapOf(IActorRef owner)
    {
        if (owner.Path.Depth < 2 || owner.Path.Elements[0] != "user")
        {
            return null;
        }

        if (owner.Path.Depth == 3 && owner.Path.Name == "raft")
        {
            _raft = (LocalActorRef)owner;
        }

        return new SimTap(this, owner);
    }

    /// <summary>Tells an actor below the root something from outside.</summary>
    public void Tell(string actor, object message)
    {
        if (System is not null)
        {
            IActorRefProvider provider = ((ExtendedActorSystem)System).Provider;
            provider.ResolveActorRef(provider.RootPath / "user" / "etcd" / actor).Tell(message, ActorRefs.NoSender);
        }
    }

    /// <summary>After each of its turns.</summary>
    public void Stepped()
    {
        if (++_steps >= CrashAtStep && IsUp)
        {
            CrashNow();
        }
        else if (IsUp && Raft is { } state)
        {
            World.Invariants.Stepped(this, state);
        }
    }

    public void CrashAfter(int steps) => CrashAtStep = _steps + steps;

    public string Describe() => Raft is not { } s || !IsUp
        ? $"{Number + 1}: down, in group {IsInGroup}"
        : $"{Number + 1}: life {Life} {s.Role} term {s.Term} vote {s.Vote} leader {s.Leader} base {s.Log.BaseIndex} last {s.Log.LastIndex} "
          + $"commit {s.Log.CommitIndex} durable {s.Log.DurableIndex} applied {s.Log.AppliedIndex}/{s.Log.ApplyingIndex} "
          + $"install {s.Install?.Manifest.Index}/{s.Install?.IsInstalling} group {s.Configuration} revision {Node?.View.Revision} "
          + string.Join(' ', (s.Leading?.Members ?? []).Select(static p => $"[{p.Id} {p.State} match {p.Match} next {p.Next}]"));

    private async Task ServeAsync(Pending<EtcdNode> started, int life)
    {
        try
        {
            EtcdNode node = await started.Completion;
            if (life == Life)
            {
                Node = node;
                Disk.Accept();
            }
        }
        catch (NodeFailedException failed) when (failed.IsDamage && (Disk.IsRotten || Disk.IsSuspect))
        {
            LoseLog(failed.Message);
        }
        catch (NodeFailedException failed)
        {
            World.Fail($"member {Number + 1} does not start: {failed.Message}");
        }
    }

    /// <summary>What is damaged is set aside, as the host does when the others can do without.</summary>
    private void LoseLog(string reason)
    {
        World.Trace($"{Number + 1} is damaged: {reason}");
        World.Count(SimFault.LogRefused);
        Stop();
        Disk.Lose();
        _segments = new MemorySegmentStorage();
        HasLostLog = true;
        World.Invariants.Lost(this);
        World.Nemesis.StartAgain(this);
    }

    private void Stop()
    {
        System = null;
        Node = null;
        _raft = null;
        Action[] waiting = [.. _whenDown];
        _whenDown.Clear();
        foreach (Action action in waiting)
        {
            action();
        }
    }

    private EtcdSettings Settings()
    {
        SimSettings settings = World.Settings;
        int life = Life;
        return new EtcdSettings
        {
            Raft = new RaftSettings
            {
                Id = Id,
                InitialConfiguration = RaftConfiguration.Empty,
                HeartbeatInterval = Heartbeat,
                ElectionTimeout = ElectionTimeout,
                PreVote = settings.PreVote,
                CheckQuorum = settings.CheckQuorum,
                RandomSeed = World.Random.Next(),
                AppendBytesMax = settings.AppendBytesMax,
                InFlightAppendsMax = 4,
                ApplyBytesMax = 1500,
                ApplyBatchBytesMax = 500,
                CatchUpEntries = settings.CatchUpEntries,
                LostLogGroup = HasLostLog ? RaftConfiguration.OfVoters((_known ?? World.Initial).Members.Keys) : null,
            },
            Bootstrap = new ReplicatedState(MemberTable.Of(ClusterId, []), [], []),
            BootstrapEntries = _joined is null ? World.BootstrapEntries : [],
            Peers = PeerAddresses.None.With(_known ?? _joined ?? World.Initial),
            Segments = _segments,
            Store = new StoreSettings { SegmentCapacity = 4096 },
            SegmentTransfer = new SegmentTransferSettings { FetchDispatcher = SimConfig.DiskDispatcher, ChunkBytes = 700, Window = 2 },
            Watch = new WatchSettings(TimeSpan.FromSeconds(3), 600),
            Lease = new LeaseSettings(Id, ElectionTimeout, TimeSpan.FromSeconds(3)),
            Gateway = GatewaySettings.For(ElectionTimeout) with { RequestTimeout = TimeSpan.FromSeconds(3) },
            Apply = new ApplySettings(settings.SnapshotCount),
            AutoCompaction = new AutoCompactionSettings(null, null),
            RequestIds = new RequestIds(Id, DateTimeOffset.UnixEpoch + World.Now + TimeSpan.FromMilliseconds(Life)),
            LearnersMax = 2,
            QuotaBytes = settings.QuotaBytes,
            StrictReconfigurationCheck = settings.StrictReconfigurationCheck,
            OnFatal = reason =>
            {
                if (life == Life && IsUp)
                {
                    World.Fail($"member {Number + 1} cannot go on: {reason}");
                }
            },
            OnLogRegained = () =>
            {
                World.Count(SimFault.LogRegained);
                HasLostLog = false;
            },
            MembersChanged = members => _known = members,
        };
    }

    public void Leave()
    {
        World.Trace($"{Number + 1} leaves");
        IsInGroup = false;
        Stop();
    }
}

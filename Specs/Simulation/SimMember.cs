using System.Buffers.Binary;
using System.Collections.Immutable;
using ActorEtcd.Log;
using ActorEtcd.Raft;
using ActorEtcd.Store;

namespace ActorEtcd.Specs.Simulation;

/// <summary>One member: the real core and the real fold of its log, with everything around them simulated.</summary>
public sealed class SimMember(SimWorld world, int number)
{
    private readonly List<RaftEffect> _effects = [];
    private readonly Dictionary<long, (long MinIndex, int Life)> _reads = [];
    private RaftState? _state;
    private int _life;
    private long _electionTimer;
    private bool _isBeating;
    private bool _isFlushPending;
    private long _swapping;
    private TimeSpan _applyAt;
    private ulong _hash;
    private long _applied;
    private long _checkpointed;
    private RaftConfiguration _group = RaftConfiguration.Empty;
    private RaftConfiguration _known = RaftConfiguration.Empty;

    public MemberId Id { get; } = new((ulong)number + 1);

    public SimDisk Disk { get; } = new(world, number);

    /// <summary>It is started, and again after a crash.</summary>
    public bool IsInGroup { get; set; } = number < world.Settings.Members;

    /// <summary>A change that adds it may be under way.</summary>
    public bool WasAsked { get; set; } = number < world.Settings.Members;

    /// <summary>The group by the changes applied here.</summary>
    public RaftConfiguration Group => _group;

    public RaftState? State => _state;

    public bool IsUp => _state is not null;

    public int Life => _life;

    public long Applied => _applied;

    public long ReadsAnswered { get; private set; }

    /// <summary>It lost its log and is no voter yet.</summary>
    public bool HasLostLog { get; private set; }

    public void Start()
    {
        var recovered = Disk.Recover();
        var lostGroup = HasLostLog && world.Settings.Bug != SimBug.LostLogIgnored ? _known : null;
        _group = recovered.Manifest?.Configuration ?? RaftConfiguration.Empty;
        world.Invariants.Recovered(this, recovered);
        _life++;
        _applied = _checkpointed = recovered.BaseIndex;
        _hash = recovered.Manifest is null ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(recovered.Manifest.State.Span);
        _reads.Clear();
        _isBeating = _isFlushPending = false;
        _swapping = 0;
        _applyAt = world.Now;
        _state = new RaftState(
            new RaftSettings
            {
                Id = Id,
                InitialConfiguration = RaftConfiguration.Empty,
                RandomSeed = world.Random.Next(),
                PreVote = world.Settings.PreVote,
                AppendBytesMax = 400,
                InFlightAppendsMax = 4,
                ApplyBytesMax = 600,
                ApplyBatchBytesMax = 200,
                CatchUpEntries = 10,
                UncommittedBytesMax = 20_000,
                LostLogGroup = lostGroup,
            },
            recovered);
        Step(RaftCore.Start);
    }

    public void Crash()
    {
        _state = null;
        _life++;
        Disk.Crash();
    }

    /// <summary>Crashes, and its log is found damaged at the next start.</summary>
    public void LoseLog()
    {
        _known = _group.Members.IsEmpty ? RaftConfiguration.OfVoters(world.Members.Take(world.Settings.Members).Select(m => m.Id)) : _group;
        if (IsUp)
        {
            Crash();
        }

        Disk.Lose();
        HasLostLog = true;
        world.Invariants.Lost(this);
    }

    public void Receive(PeerMessage message) => Step((s, fx) => RaftCore.Receive(s, message, fx));

    public void Persisted(long sequence) => Step((s, fx) => RaftCore.Persisted(s, sequence, fx));

    public void Propose(long payload)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, payload);
        Step((s, fx) => RaftCore.Propose(s, [bytes], fx));
    }

    public void Reconfigure(ConfigurationChange change)
    {
        if (world.Settings.Bug == SimBug.OverlappingChanges && _state?.Leading is { } leading)
        {
            leading.PendingConfigurationIndex = 0;
        }

        Step((s, fx) => RaftCore.ProposeConfigurationChange(s, ConfigurationChangeCodec.Encode(change), fx));
    }

    public void Transfer(MemberId target) => Step((s, fx) => RaftCore.TransferLeadership(s, target, fx));

    public void Read()
    {
        if (_state is null)
        {
            return;
        }

        var context = _state.TakeContext();
        _reads.Add(context, (world.Invariants.CommitMax, _life));
        Step((s, fx) => RaftCore.ReadIndex(s, context, fx));
    }

    /// <summary>The event that makes a fetched checkpoint the base of the log is durable.</summary>
    public void ResetDurable(CheckpointManifest manifest)
    {
        if (_state is null || _swapping != manifest.Index)
        {
            return;
        }

        var life = _life;
        world.After(TimeSpan.FromMilliseconds(1), number, () =>
        {
            if (life != _life)
            {
                return;
            }

            _swapping = 0;
            _hash = BinaryPrimitives.ReadUInt64LittleEndian(manifest.State.Span);
            _applied = _checkpointed = manifest.Index;
            _group = manifest.Configuration;
            world.Invariants.CheckHash(this, _applied, _hash);
            Step((s, fx) => RaftCore.CheckpointInstalled(s, manifest.Index, manifest.Term, fx));
        });
    }

    private void Step(Action<RaftState, List<RaftEffect>> input)
    {
        if (_state is not { } state)
        {
            return;
        }

        state.Now = world.Now;
        _effects.Clear();
        input(state, _effects);
        var effects = _effects.ToArray();
        world.Invariants.Stepped(this, state);
        foreach (var effect in effects)
        {
            CarryOut(state, effect);
        }
    }

    private void CarryOut(RaftState state, RaftEffect effect)
    {
        switch (effect)
        {
            case RaftEffect.Send e:
                world.Invariants.Sent(this, state, e.Message);
                world.Send(number, e.Message);
                break;
            case RaftEffect.WriteEntries e:
                world.Invariants.Appended(this, state, e.PrevIndex, e.Entries);
                var commit = world.Settings.Bug == SimBug.CommitForgotten ? world.Bootstrap.Length : e.CommitIndex;
                Disk.Write(new LogEvent.EntriesAppended(e.PrevIndex, e.Entries, commit), e.Sequence);
                break;
            case RaftEffect.WriteTermAndVote e:
                Disk.Write(new LogEvent.TermAndVoteChanged(e.Term, e.Vote), e.Sequence);
                break;
            case RaftEffect.WriteCommit when world.Settings.Bug == SimBug.CommitForgotten:
                break;
            case RaftEffect.WriteCommit e:
                Disk.Write(new LogEvent.CommitAdvanced(e.Index), ack: 0);
                break;
            case RaftEffect.Apply e:
                FlushSoon();
                _applyAt = TimeSpan.FromTicks(Math.Max(_applyAt.Ticks, world.Now.Ticks)) + world.ApplyLatency();
                world.After(_applyAt - world.Now, number, () => Apply(e.Entries));
                break;
            case RaftEffect.ArmElectionTimer e:
                var timer = ++_electionTimer;
                world.After(e.Delay, number, () => OnElectionTimer(timer));
                break;
            case RaftEffect.StartHeartbeats:
                // The actor cancels the election timer, so here it must not fire either.
                _electionTimer++;
                _isBeating = true;
                Beat(_life, state.Term);
                break;
            case RaftEffect.StopHeartbeats:
                _isBeating = false;
                break;
            case RaftEffect.AnswerRead e:
                Answer(e);
                break;
            case RaftEffect.RefuseRead e:
                world.Check(_reads.Remove(e.Context), $"member {Id}: read {e.Context} was refused but does not wait");
                break;
            case RaftEffect.FetchCheckpoint e:
                world.After(world.FetchLatency(), number, () => Fetched(e));
                break;
            case RaftEffect.InstallCheckpoint e:
                _swapping = e.Manifest.Index;
                Disk.Write(new LogEvent.LogReset(e.Manifest), ack: 0);
                break;
            case RaftEffect.LogRegained:
                HasLostLog = false;
                world.LogsRegained++;
                break;
            case RaftEffect.Ignore e:
                world.Invariants.Ignored(e);
                break;
            default:
                break;
        }
    }

    private void OnElectionTimer(long timer)
    {
        if (timer == _electionTimer)
        {
            Step(RaftCore.ElectionTimeout);
        }
    }

    private void Beat(int life, long term) =>
        world.After(TimeSpan.FromMilliseconds(100), number, () =>
        {
            if (life == _life && _isBeating && _state?.Term == term)
            {
                Step(RaftCore.HeartbeatTimeout);
                Beat(life, term);
            }
        });

    private void FlushSoon()
    {
        if (!_isFlushPending)
        {
            _isFlushPending = true;
            world.After(TimeSpan.Zero, number, () =>
            {
                _isFlushPending = false;
                Step(RaftCore.Flush);
            });
        }
    }

    private void Fetched(RaftEffect.FetchCheckpoint fetch)
    {
        if (world.Random.Next(4) == 0)
        {
            Step((s, fx) => RaftCore.CheckpointFetchFailed(s, fetch.Manifest, fx));
        }
        else
        {
            Step((s, fx) => RaftCore.CheckpointFetched(s, fetch.Manifest, fx));
        }
    }

    private void Answer(RaftEffect.AnswerRead e)
    {
        world.Check(_reads.Remove(e.Context, out var read), $"member {Id}: read {e.Context} was answered but does not wait");
        world.Check(
            e.Index >= read.MinIndex,
            $"member {Id}: a read got index {e.Index} but {read.MinIndex} was committed before it began");
        ReadsAnswered++;
    }

    private void Apply(ImmutableArray<LogEntry> entries)
    {
        if (_state is null || entries[^1].Index <= _applied)
        {
            return;
        }

        var group = _group;
        foreach (var entry in entries)
        {
            world.Check(entry.Index == _applied + 1, $"member {Id}: applies {entry.Index} after {_applied}");
            _applied = entry.Index;
            _hash = SimInvariants.Hash(_hash, entry);
            if (entry.Kind == EntryKind.ConfigurationChange)
            {
                _group = ConfigurationTransition.Apply(_group, entry);
            }

            if (world.Invariants.Applied(this, entry, _hash))
            {
                world.Changed(_group);
            }
        }

        if (_group != group)
        {
            var applied = _group;
            Step((s, fx) => RaftCore.ConfigurationApplied(s, applied, fx));
        }

        Step((s, fx) => RaftCore.Applied(s, _applied, fx));
        if (_applied - _checkpointed >= world.Settings.CheckpointEvery)
        {
            Checkpoint(entries[^1].Term);
        }
    }

    private void Checkpoint(long term)
    {
        _checkpointed = _applied;
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, _hash);
        var manifest = new CheckpointManifest(_applied, term, _group, StoreManifest.Empty, bytes);
        var life = _life;
        world.After(world.FetchLatency(), number, () =>
        {
            if (life == _life)
            {
                Disk.SaveCheckpoint(manifest);
                Step((s, fx) => RaftCore.CheckpointSaved(s, manifest, fx));
            }
        });
    }
}

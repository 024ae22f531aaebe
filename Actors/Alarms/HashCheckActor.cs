using ActorEtcd.Apply;
using ActorEtcd.Client;
using ActorEtcd.Messages;
using ActorEtcd.Raft;
using ActorEtcd.Store;
using ActorEtcd.Wire;
using Akka.Actor;
using Akka.Event;

namespace ActorEtcd.Alarms;

/// <summary>
/// Compares what the members hold, all the time: on the leader what the newest entries have written and what users, leases and
/// v2 keys come to, which costs a message per member and second; if asked for, also the hash of all keys, as etcd does. Hashes of
/// all keys read the whole store, so this actor lives on a dispatcher of its own.
/// <code>
/// SumsDue                leader: the round before is judged; AskSum to the others about entries applied a round ago
/// KeysDue                leader: AskKeyHash at the newest revision; judged when all have answered or the time is over
/// CompactionDue          leader: the same at the newest compact revision, once for each
/// KeysAskedAgain         AskKeyHash once more to who has not answered: messages between members may get lost
/// KeysJudged             the answers so far are judged
/// AskSum, AskKeyHash     answered when this member has got so far
/// SumTold, KeyHashTold   remembered
/// LeadershipChanged      remembered
/// </code>
/// A member that differs from the majority is named in an alarm CORRUPT; with no majority of one mind nobody is.
/// </summary>
public sealed class HashCheckActor : UntypedActor, IWithTimers
{
    /// <summary>How often a member is asked for its hash of all keys, before it is left out.</summary>
    private const int QuestionsMax = 10;

    /// <summary>
    /// For how many rounds in a row members who do not answer are waited for, when those who do have no majority of one mind: the
    /// others may say who is wrong.
    /// </summary>
    private const int UndecidedRoundsMax = 3;

    private readonly HashCheckSettings _settings;
    private readonly MemberId _self;
    private readonly ViewSource _views;
    private readonly ReplicatedSource _replicated;
    private readonly Func<MemberId, IActorRef?> _peerOf;
    private readonly IActorRef _gateway;
    private readonly RequestIds _requestIds;
    private readonly HashCheckCounters _counters;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<MemberId, SumTold> _sums = [];
    private readonly Dictionary<MemberId, KvHash> _keys = [];
    private readonly MendPatience _patience = new();
    private long _round;
    private long _sumRound;
    private long _sumTo;
    private long _sumNext;
    private int _undecidedWritten;
    private int _undecidedStates;
    private long _keyRound;
    private KvHash _ownKeys;
    private long _compactionChecked;
    private bool _isLeader;
    private bool _isInitial;

    public HashCheckActor(
        HashCheckSettings settings,
        MemberId self,
        ViewSource views,
        ReplicatedSource replicated,
        Func<ActorSystem, Func<MemberId, IActorRef?>> peers,
        IActorRef gateway,
        RequestIds requestIds,
        HashCheckCounters counters)
    {
        _settings = settings;
        _self = self;
        _views = views;
        _replicated = replicated;
        _peerOf = peers(Context.System);
        _gateway = gateway;
        _requestIds = requestIds;
        _counters = counters;
        _isInitial = settings.CheckAtStart;
    }

    /// <summary>The name of the actor below the root actor.</summary>
    public static string Name => "hashes";

    public ITimerScheduler Timers { get; set; } = null!;

    private ulong ClusterId => _replicated.Members.ClusterId;

    private IEnumerable<MemberId> Others => _replicated.Members.Members.Keys.Where(member => member != _self);

    public static Props Props(
        HashCheckSettings settings,
        MemberId self,
        ViewSource views,
        ReplicatedSource replicated,
        Func<ActorSystem, Func<MemberId, IActorRef?>> peers,
        IActorRef gateway,
        RequestIds requestIds,
        HashCheckCounters counters)
        => Akka.Actor.Props.Create(() => new HashCheckActor(
            settings, self, views, replicated, peers, gateway, requestIds, counters));

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(nameof(SumsDue), SumsDue.Instance, _settings.SumInterval);
        StartWhenAsked(KeysDue.Instance, _settings.CheckTime);
        StartWhenAsked(CompactionDue.Instance, _settings.CompactionCheckTime);
        if (_isInitial)
        {
            BeginInitial();
        }
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case SumsDue: NextSums(); break;
            case KeysDue when _isLeader: BeginKeys(KeysDue.Instance, revision: 0); break;
            case CompactionDue when _isLeader: BeginCompaction(); break;
            case KeysDue or CompactionDue: break;
            case InitialDue: BeginInitial(); break;
            case KeysAskedAgain when _keyRound > 0: AskKeys(); break;
            case KeysAskedAgain: break;
            case KeysJudged: JudgeKeys(); break;
            case LeadershipChanged changed: _isLeader = changed.Leader == _self; break;
            case HashMessage foreign when foreign.ClusterId != ClusterId: break;
            case AskSum ask: Answer(ask); break;
            case AskKeyHash ask: Answer(ask); break;
            case SumTold told when told.Round == _sumRound && told.To == _sumTo: _sums[told.Member] = told; break;
            case KeyHashTold told when told.Round == _keyRound: Remember(told); break;
            case SumTold or KeyHashTold: break;
            default: Unhandled(message); break;
        }
    }

    private void StartWhenAsked(object due, TimeSpan interval)
    {
        if (interval > TimeSpan.Zero)
        {
            Timers.StartPeriodicTimer(due.GetType().Name, due, interval);
        }
    }

    // The others are a little behind the leader: they are asked about what it had applied when the last round began.
    private void NextSums()
    {
        JudgeSums();
        var applied = _replicated.AppliedIndex;
        if (_isLeader && _sumNext > 0)
        {
            _sumRound = ++_round;
            _sumTo = _replicated.Sums.EndFor(_sumNext);
            Ask(new AskSum(ClusterId, _sumRound, _replicated.Sums.First, _sumTo));
        }

        _sumNext = _isLeader ? applied : 0;
    }

    // The same window for all: what a member tells of a shorter one is compared with the same of this member. Who does not tell
    // what its state comes to has no part in that comparison, and counts for nobody's majority.
    private void JudgeSums()
    {
        var written = new Dictionary<MemberId, (long From, ulong Sum)> { [_self] = default };
        var ownState = _replicated.Sums.StateAt(_sumTo);
        var states = new Dictionary<MemberId, ulong> { [_self] = ownState };
        foreach (var (member, told) in _sums)
        {
            if (_replicated.Sums.Between(told.From, _sumTo) is not { } own)
            {
                continue;
            }

            var isDifferent = own != told.Sum;
            written[member] = isDifferent ? (told.From, told.Sum) : default;
            if (ownState != 0 && told.State != 0)
            {
                states[member] = told.State;
                isDifferent |= told.State != ownState;
            }

            _counters.CountComparison(isDifferent);
        }

        _sums.Clear();
        BlameInTime(ref _undecidedWritten, written, $"what entries up to {_sumTo} have written");
        BlameInTime(ref _undecidedStates, states, $"users, leases or v2 keys after entry {_sumTo}");
    }

    private void BlameInTime<T>(ref int undecided, Dictionary<MemberId, T> hashes, string what)
        where T : notnull
    {
        var members = _replicated.Members.Members.Count;
        var isUndecided = hashes.Count < members && HashVerdict.Blame(members, hashes).Contains(MemberId.None);
        undecided = isUndecided ? undecided + 1 : 0;
        if (undecided is 0 or > UndecidedRoundsMax)
        {
            Blame(hashes, what);
        }
    }

    private void Answer(AskSum ask)
    {
        var sums = _replicated.Sums;
        var from = sums.StartFor(ask.From, ask.To);
        if (sums.Between(from, ask.To) is { } sum)
        {
            Sender.Tell(new SumTold(ClusterId, ask.Round, _self, from, ask.To, sum) { State = sums.StateAt(ask.To) });
        }
    }

    private void BeginCompaction()
    {
        var revision = _views.Current.CompactRevision;
        if (revision > _compactionChecked && BeginKeys(CompactionDue.Instance, revision))
        {
            _compactionChecked = revision;
        }
    }

    private void BeginInitial() => BeginKeys(InitialDue.Instance, revision: 0);

    // False when a damaged record is in the way: it begins anew when that is mended.
    private bool BeginKeys(object due, long revision)
    {
        if (HashOf(revision) is not { } own)
        {
            Timers.StartSingleTimer((nameof(BeginKeys), due), due, MendPatience.Interval);
            return false;
        }

        _keyRound = ++_round;
        _keys.Clear();
        _ownKeys = own;
        if (Others.Any())
        {
            AskKeys();
            Timers.StartPeriodicTimer(nameof(KeysAskedAgain), KeysAskedAgain.Instance, _settings.AnswerWithin / QuestionsMax);
            Timers.StartSingleTimer(nameof(KeysJudged), KeysJudged.Instance, _settings.AnswerWithin);
        }
        else
        {
            JudgeKeys();
        }

        return true;
    }

    // Null when a record is damaged, of which the scrubber hears.
    private KvHash? HashOf(long revision)
    {
        try
        {
            var hash = _views.Current.HashKv(revision);
            _patience.Pass();
            return hash;
        }
        catch (SegmentDamagedException damage) when (_patience.Meet())
        {
            Context.System.EventStream.Publish(new VerifySegment(damage.SegmentId));
            return null;
        }
    }

    private void Ask(HashMessage question)
    {
        foreach (var member in Others)
        {
            Ask(member, question);
        }
    }

    private void Ask(MemberId member, HashMessage question) => _peerOf(member)?.Tell(question, Self);

    private void AskKeys()
    {
        foreach (var member in Others.Where(member => !_keys.ContainsKey(member)))
        {
            Ask(member, new AskKeyHash(ClusterId, _keyRound, _ownKeys.HashRevision));
        }
    }

    private void Answer(AskKeyHash ask)
    {
        var view = _views.Current;
        if (ask.Revision > view.Revision || ask.Revision < view.CompactRevision || ask.Revision <= 0)
        {
            return;
        }

        // Without an answer the member is asked again.
        if (HashOf(ask.Revision) is { } hash)
        {
            Sender.Tell(new KeyHashTold(ClusterId, ask.Round, _self, hash.HashRevision, hash.CompactRevision, hash.Hash));
        }
    }

    private void Remember(KeyHashTold told)
    {
        _keys[told.Member] = new KvHash(told.Hash, told.CompactRevision, told.Revision);
        if (_keys.Count == Others.Count())
        {
            JudgeKeys();
        }
    }

    // A compaction that one has applied and another has not makes hashes that say nothing.
    private void JudgeKeys()
    {
        Timers.Cancel(nameof(KeysAskedAgain));
        Timers.Cancel(nameof(KeysJudged));
        var hashes = new Dictionary<MemberId, KvHash> { [_self] = _ownKeys };
        foreach (var (member, hash) in _keys)
        {
            if (hash.CompactRevision == _ownKeys.CompactRevision && hash.HashRevision == _ownKeys.HashRevision)
            {
                _counters.CountComparison(hash != _ownKeys);
                hashes[member] = hash;
            }
        }

        _keyRound = 0;
        _log.Info("finished peer corruption check at revision {0}: {1} other members compared", _ownKeys.HashRevision, hashes.Count - 1);
        if (_isInitial)
        {
            _isInitial = false;
            Context.Parent.Tell(new InitialHashCheck(hashes.Values.Distinct().Count() > 1));
            return;
        }

        Blame(hashes, $"all keys at revision {_ownKeys.HashRevision}, compacted at {_ownKeys.CompactRevision}");
    }

    private void Blame<T>(Dictionary<MemberId, T> hashes, string what)
        where T : notnull
    {
        foreach (var member in HashVerdict.Blame(_replicated.Members.Members.Count, hashes))
        {
            if (_replicated.Alarms.Contains(new AlarmMember(member, AlarmType.Corrupt)))
            {
                continue;
            }

            _log.Error(
                "members differ in {0}: {1}; alarm CORRUPT for {2}",
                what,
                string.Join(", ", hashes.Select(static pair => $"{pair.Key}: {pair.Value}")),
                member.IsNone ? "the cluster, since no majority agrees" : $"member {member}");
            var requestId = _requestIds.Next();
            var payload = CommandCodec.Encode(requestId, new AlarmRequest(AlarmAction.Activate, member, AlarmType.Corrupt));
            _gateway.Tell(new Submit(new PendingCommand(requestId, payload)));
        }
    }

    private sealed record SumsDue
    {
        public static readonly SumsDue Instance = new();
    }

    private sealed record InitialDue
    {
        public static readonly InitialDue Instance = new();
    }

    private sealed record KeysDue
    {
        public static readonly KeysDue Instance = new();
    }

    private sealed record CompactionDue
    {
        public static readonly CompactionDue Instance = new();
    }

    private sealed record KeysAskedAgain
    {
        public static readonly KeysAskedAgain Instance = new();
    }

    private sealed record KeysJudged
    {
        public static readonly KeysJudged Instance = new();
    }
}

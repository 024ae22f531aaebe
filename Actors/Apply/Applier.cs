using System.Collections.Immutable;
using ActorEtcd.Alarms;
using ActorEtcd.Auth;
using ActorEtcd.Client;
using ActorEtcd.Lease;
using ActorEtcd.Log;
using ActorEtcd.Members;
using ActorEtcd.Messages;
using ActorEtcd.Raft;
using ActorEtcd.Store;
using ActorEtcd.V2;
using ActorEtcd.Wire;

namespace ActorEtcd.Apply;

/// <summary>
/// The state machine: committed entries in, new state and outcomes out (etcd: <c>etcdserver/apply</c>). Deterministic:
/// the same entries give the same state on every member. A command that cannot be applied changes nothing.
/// </summary>
public sealed class Applier : ILeaseSet
{
    private readonly MvccStore _store;
    private readonly LeaseTable _leases = new();
    private readonly AuthStore _auth;
    private readonly V2Store _v2;
    private readonly Func<ulong, bool> _isOwnRequest;
    private readonly ImmutableArray<LeaseChange>.Builder _leaseChanges = ImmutableArray.CreateBuilder<LeaseChange>();
    private readonly ImmutableArray<Outcome>.Builder _outcomes = ImmutableArray.CreateBuilder<Outcome>();

    /// <summary>How many of the store's unpublished changes the lease table has followed.</summary>
    private int _attachedChanges;

    /// <param name="open">Opens the store, which asks the applier which leases exist.</param>
    /// <param name="state">The rest of the replicated state, of the same moment as the store.</param>
    /// <param name="configuration">The Raft group, of the same moment.</param>
    /// <param name="isOwnRequest">Whether a client of this member may wait for the outcome of a request id.</param>
    /// <param name="tokens">Told of tokens that users get and lose.</param>
    public Applier(
        Func<ILeaseSet, MvccStore> open,
        ReplicatedState state,
        RaftConfiguration configuration,
        Func<ulong, bool> isOwnRequest,
        IAuthTokens? tokens = null)
    {
        _auth = new AuthStore(state.Auth, tokens ?? NoAuthTokens.Instance);
        _v2 = new V2Store(state.V2);
        _isOwnRequest = isOwnRequest;
        Versions = state.Versions;
        Configuration = configuration;
        Members = state.Members;
        Alarms = state.Alarms;
        foreach (var lease in state.Leases)
        {
            _leases.Restore(lease);
        }

        _store = open(this);
        if (_leases.Count > 0)
        {
            AttachStoredKeys();
        }
    }

    public MvccStore Store => _store;

    public MemberTable Members
    {
        get;
        private set
        {
            field = value;
            Versions = Versions.SettledFor(value);
        }
    }

    /// <summary>The Raft group that the applied changes lead to.</summary>
    public RaftConfiguration Configuration { get; private set; }

    public ImmutableSortedSet<AlarmMember> Alarms { get; private set; }

    public AuthState Auth => _auth.State;

    /// <summary>Follows the members: whoever leaves has no say any more.</summary>
    public ClusterVersions Versions { get; private set; }

    public V2Store V2 => _v2;

    public LeaseTable Leases => _leases;

    /// <summary>What the last entry was and whether it succeeded, as etcd counts it; null when it was no command.</summary>
    public (AppliedOp Op, bool IsSuccess)? LastOp { get; private set; }

    /// <summary>
    /// What of the replicated state is not in the store's records comes to: users and roles, leases, v2 keys. The same on every
    /// member after the same entry, whether it applied or was given what is before it; never 0.
    /// </summary>
    public ulong StateDigest => StateHash.Mix(StateHash.Mix(_v2.State.Sum.Digest, _leases.Digest), _auth.State.Digest) | 1;

    public bool Exists(LeaseId lease) => _leases.Exists(lease);

    /// <summary>The replicated state beside the store, for a checkpoint.</summary>
    public ReplicatedState CaptureState() => new(Members, [.. _leases.Records.OrderBy(static l => l.Id)], Alarms)
    {
        Auth = _auth.State,
        Versions = Versions,
        V2 = _v2.Capture(),
    };

    /// <summary>Applies one entry; visible only after <see cref="Publish"/>.</summary>
    /// <param name="counters">Counts the operations, when given.</param>
    /// <returns>Why the entry's bytes are no command, or null. Such an entry changes nothing on any member.</returns>
    public string? Apply(LogEntry entry, ApplyCounters? counters = null)
    {
        LastOp = null;
        if (entry.Kind != EntryKind.Command)
        {
            return entry.Kind == EntryKind.ConfigurationChange ? ApplyChange(entry) : null;
        }

        DecodedCommand decoded;
        try
        {
            decoded = CommandCodec.Decode(entry.Data);
        }
        catch (MalformedMessageException malformed)
        {
            return malformed.Message;
        }

        var (result, error) = Execute(decoded.Command, decoded.Requester, entry);
        LastOp = (AppliedOps.Of(decoded.Command), error is EtcdError.None or EtcdError.Compacted && result is not V2Result { Error: not null });
        if (result is not null)
        {
            counters?.Count(result);
        }

        if (_isOwnRequest(decoded.RequestId))
        {
            _outcomes.Add(new Outcome(decoded.RequestId, result, error));
        }

        return null;
    }

    /// <summary>Makes everything applied so far visible at once.</summary>
    public AppliedBatch Publish(long index, long term)
    {
        var published = _store.Publish(index, term);
        _attachedChanges = 0;
        return new AppliedBatch(
            index,
            published.View,
            published.Changes,
            _leaseChanges.DrainToImmutable(),
            _outcomes.DrainToImmutable(),
            _v2.DrainNotices());
    }

    // The member list has the say: Raft's group changes only together with it.
    private string? ApplyChange(LogEntry entry)
    {
        try
        {
            var change = ConfigurationChangeCodec.Decode(entry.Data);
            var memberChange = change.Context.IsEmpty ? null : MemberChangeCodec.Decode(change.Context.Memory);
            var (members, error) = memberChange is null ? (Members, EtcdError.None) : Members.Apply(memberChange);
            if (error == EtcdError.None)
            {
                Follow(memberChange, members);
                Configuration = ConfigurationTransition.Apply(Configuration, change);
            }

            if (_isOwnRequest(change.RequestId))
            {
                var result = error == EtcdError.None ? new MembersResult(_store.Revision, Members) : null;
                _outcomes.Add(new Outcome(change.RequestId, result, error));
            }

            return null;
        }
        catch (MalformedMessageException malformed)
        {
            return malformed.Message;
        }
    }

    private void Follow(MemberChange? change, MemberTable members)
    {
        var settled = Versions.Settled;
        Members = members;
        if (change is not null)
        {
            V2Members.Changed(_v2, change, members);
        }

        TellSettledVersion(settled);
    }

    private void TellSettledVersion(Version? before)
    {
        if (Versions.Settled is { } settled && settled != before)
        {
            V2Members.Settled(_v2, settled);
        }
    }

    private (OpResult? Result, EtcdError Error) Execute(RaftCommand command, AuthInfo? requester, LogEntry entry)
    {
        var refused = AlarmGuard.Check(command, Alarms);
        if (refused == EtcdError.None)
        {
            refused = AuthGuard.Check(_auth.State, requester, _leases, command);
        }

        if (refused != EtcdError.None)
        {
            return (null, refused);
        }

        try
        {
            return command switch
            {
                PutRequest put => (WithLeases(_store.Put(put)), EtcdError.None),
                TxnRequest txn => (WithLeases(_store.Txn(txn)), EtcdError.None),
                DeleteRangeRequest delete => (WithLeases(_store.DeleteRange(delete)), EtcdError.None),
                RangeRequest range => (_store.Range(range), EtcdError.None),
                CompactionRequest compaction => Compact(compaction),
                LeaseGrantRequest grant => Grant(grant),
                LeaseRevokeRequest revoke => Revoke(revoke, entry.Term),
                LeaseCheckpointRequest checkpoint => Checkpoint(checkpoint),
                AlarmRequest alarm => (Alarm(alarm), EtcdError.None),
                MemberAttributesRequest attributes => SetAttributes(attributes),
                AuthRequest auth => (_auth.Execute(auth, requester, entry.Index, _store.Revision), EtcdError.None),
                DowngradeRequest downgrade => Downgrade(downgrade),
                V2Request v2 => (ApplyV2(v2), EtcdError.None),
                _ => throw new InvalidOperationException($"no rule for {command.GetType()}"),
            };
        }
        catch (EtcdException refusal)
        {
            return (null, refusal.Error);
        }
    }

    // Keeps the key sets of leases in step with the records, at once, since a later command of the batch may revoke.
    private OpResult WithLeases(OpResult result)
    {
        for (; _attachedChanges < _store.Changes.Count; _attachedChanges++)
        {
            var change = _store.Changes[_attachedChanges];
            if (!change.PreviousLease.IsNone)
            {
                _leases.Detach(change.PreviousLease, change.Key);
            }

            if (!change.NewLease.IsNone)
            {
                _leases.Attach(change.NewLease, change.Key);
            }
        }

        return result;
    }

    private void AttachStoredKeys()
    {
        var all = new RangeRequest { Key = new byte[1], RangeEnd = new byte[1] };
        foreach (var record in _store.View.Range(all).Kvs)
        {
            var kv = KeyValue.Parse(record.Span);
            if (!kv.Lease.IsNone)
            {
                _leases.Attach(kv.Lease, kv.Key.ToArray());
            }
        }
    }

    private (OpResult? Result, EtcdError Error) Compact(CompactionRequest compaction)
    {
        _store.Compact(compaction.Revision);
        return (new CompactionResult(_store.Revision), EtcdError.None);
    }

    private (OpResult? Result, EtcdError Error) Grant(LeaseGrantRequest grant)
    {
        var error = _leases.Grant(grant.Id, grant.TtlSeconds);
        if (error != EtcdError.None)
        {
            return (null, error);
        }

        _leaseChanges.Add(new LeaseChange.Granted(new LeaseRecord(grant.Id, grant.TtlSeconds)));
        return (new LeaseGrantResult(_store.Revision, grant.Id, grant.TtlSeconds), EtcdError.None);
    }

    private (OpResult? Result, EtcdError Error) Revoke(LeaseRevokeRequest revoke, long entryTerm)
    {
        if (revoke.FenceTerm != 0 && revoke.FenceTerm != entryTerm)
        {
            return (new LeaseRevokeResult(_store.Revision), EtcdError.None);
        }

        if (!_leases.Exists(revoke.Id))
        {
            return (null, EtcdError.LeaseNotFound);
        }

        WithLeases(_store.DeleteKeys(_leases.KeysOf(revoke.Id)));
        _leases.Remove(revoke.Id);
        _leaseChanges.Add(new LeaseChange.Removed(revoke.Id));
        return (new LeaseRevokeResult(_store.Revision), EtcdError.None);
    }

    private (OpResult? Result, EtcdError Error) Checkpoint(LeaseCheckpointRequest request)
    {
        foreach (var checkpoint in request.Checkpoints)
        {
            _leases.Checkpoint(checkpoint.Id, checkpoint.RemainingTtlSeconds);
            _leaseChanges.Add(new LeaseChange.Checkpointed(checkpoint.Id, checkpoint.RemainingTtlSeconds));
        }

        return (new AppliedResult(_store.Revision), EtcdError.None);
    }

    // etcd: applierV3backend.Alarm. Activating an active alarm tells it again, clearing an inactive one tells nothing.
    private AlarmResult Alarm(AlarmRequest request)
    {
        var alarm = new AlarmMember(request.Member, request.Alarm);
        switch (request.Action)
        {
            case AlarmAction.Get:
                return new AlarmResult(
                    _store.Revision,
                    [.. Alarms.Where(a => request.Alarm == AlarmType.None || a.Alarm == request.Alarm)]);
            case AlarmAction.Activate when request.Alarm != AlarmType.None:
                Alarms = Alarms.Add(alarm);
                return new AlarmResult(_store.Revision, [alarm]);
            case AlarmAction.Deactivate when Alarms.Contains(alarm):
                Alarms = Alarms.Remove(alarm);
                return new AlarmResult(_store.Revision, [alarm]);
            default:
                return new AlarmResult(_store.Revision, []);
        }
    }

    private (OpResult? Result, EtcdError Error) SetAttributes(MemberAttributesRequest request)
    {
        var settled = Versions.Settled;
        Versions = request.ServerVersion is { } version ? Versions.Told(request.Member, version) : Versions;
        Members = Members.WithAttributes(request.Member, request.Name, request.ClientUrls);
        if (Members.Find(request.Member) is { } member)
        {
            V2Members.Told(_v2, member);
        }

        TellSettledVersion(settled);
        return (new AppliedResult(_store.Revision), EtcdError.None);
    }

    private (OpResult? Result, EtcdError Error) Downgrade(DowngradeRequest request)
    {
        var error = Versions.Check(request.Target);
        if (error != EtcdError.None)
        {
            return (null, error);
        }

        var settled = Versions.Settled;
        Versions = (Versions with { DowngradeTarget = request.Target }).SettledFor(Members);
        TellSettledVersion(settled);
        return (new AppliedResult(_store.Revision), EtcdError.None);
    }

    private V2Result ApplyV2(V2Request request)
    {
        var (happened, error) = _v2.Apply(request);
        return new V2Result(_store.Revision, happened, error);
    }
}

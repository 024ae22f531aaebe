using ActorEtcd.Lease;
using ActorEtcd.Log;
using ActorEtcd.Messages;
using ActorEtcd.Store;
using Xunit;

namespace ActorEtcd.Specs.Apply;

public sealed class ApplierSpec
{
    private static readonly LeaseId Lease = new(9);

    private readonly AppliedStore _store = new();

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 20)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Same_entries_give_the_same_state_however_they_are_batched_and_compacted(int seed)
    {
        var random = new Random(seed);
        var entries = new RandomEntries(random);
        var other = new AppliedStore();
        for (var i = 0; i < 500; i++)
        {
            var entry = entries.Next(_store);
            Assert.Equal(_store.Apply(entry), other.Apply(entry));
            Publish(_store);
            if (random.Next(5) == 0)
            {
                Publish(other);
                other.Store.CompactSlice(random.Next(1, 20));
                other.Store.RewriteSlice(random.Next(1, 20));
            }
        }

        Publish(other);
        AssertSame(_store, other, $"seed {seed}");
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Checkpoint_and_the_entries_behind_it_give_the_live_state(int seed)
    {
        var random = new Random(seed);
        var entries = new RandomEntries(random);
        CheckpointManifest? manifest = null;
        var behind = new List<LogEntry>();
        for (var i = 0; i < 400; i++)
        {
            var entry = entries.Next(_store);
            _store.Apply(entry);
            behind.Add(entry);
            Publish(_store);
            if (random.Next(100) == 0)
            {
                manifest = _store.Checkpoint();
                behind.Clear();
            }

            if (random.Next(10) == 0)
            {
                _store.Store.CompactSlice(10);
                _store.Store.RewriteSlice(10);
            }
        }

        manifest ??= _store.Checkpoint();
        behind.RemoveAll(entry => entry.Index <= manifest.Index);
        var reopened = new AppliedStore(_store.Storage.Crash(), manifest);
        foreach (var entry in behind)
        {
            reopened.Apply(entry);
        }

        Publish(reopened);
        AssertSame(_store, reopened, $"seed {seed}, {behind.Count} entries behind {manifest.Index}");
    }

    [Fact]
    public void Malformed_entry_changes_nothing_and_says_why()
    {
        _store.Apply(AppliedStore.Put("a", "1"));
        var state = _store.StateBytes;
        var revision = _store.Store.Revision;
        var refusals = new[] { Array.Empty<byte>(), [0xff], [0x22, 0x7f, 1], [0x08, 1] }
            .Select(data => _store.Apply(new LogEntry(_store.Index + 1, AppliedStore.Term, EntryKind.Command, data)))
            .ToArray();

        var batch = _store.Apply();

        Assert.All(refusals, reason => Assert.False(string.IsNullOrEmpty(reason)));
        Assert.Equal(revision, batch.View.Revision);
        Assert.Equal(state, _store.StateBytes);
        Assert.Empty(batch.Changes);
        Assert.Empty(batch.Outcomes);
    }

    [Fact]
    public void Revoke_deletes_the_keys_of_the_lease_in_one_revision_and_no_others()
    {
        _store.Apply(new LeaseGrantRequest(Lease, 60));
        _store.Apply(AppliedStore.Put("b", "1", 9), AppliedStore.Put("a", "1", 9), AppliedStore.Put("c", "1"));

        var batch = _store.Apply(new LeaseRevokeRequest(Lease));

        Assert.Equal(["a", "b"], batch.Changes.Select(c => c.Key.ToString()));
        Assert.All(batch.Changes, c => Assert.True(c.IsTombstone && c.Revision.Main == batch.View.Revision));
        Assert.Equal(new LeaseChange.Removed(Lease), Assert.Single(batch.LeaseChanges));
    }

    [Fact]
    public void Key_leaves_its_lease_when_it_is_put_without_it_or_with_another_or_deleted()
    {
        _store.Apply(new LeaseGrantRequest(Lease, 60), new LeaseGrantRequest(new LeaseId(10), 60));
        _store.Apply(
            AppliedStore.Put("a", "1", 9),
            AppliedStore.Put("b", "1", 9),
            AppliedStore.Put("c", "1", 9),
            AppliedStore.Put("d", "1", 9),
            AppliedStore.Put("e", "1", 9));
        _store.Apply(
            AppliedStore.Put("a", "2"),
            AppliedStore.Put("b", "2", 10),
            AppliedStore.Delete("c"),
            AppliedStore.Delete("d"),
            AppliedStore.Put("d", "2"),
            AppliedStore.Put("e", "2") with { IgnoreLease = true });

        Assert.Equal(["e"], _store.Applier.Leases.KeysOf(Lease).Select(k => k.ToString()));
        Assert.Equal(["b"], _store.Applier.Leases.KeysOf(new LeaseId(10)).Select(k => k.ToString()));
    }

    [Fact]
    public void Put_with_a_lease_that_an_earlier_entry_of_the_batch_revoked_is_refused()
    {
        var batch = _store.Apply(
            new LeaseGrantRequest(Lease, 60),
            AppliedStore.Put("a", "1", 9),
            new LeaseRevokeRequest(Lease),
            AppliedStore.Put("a", "2", 9));

        Assert.Equal(EtcdError.LeaseNotFound, batch.Outcomes[^1].Error);
        Assert.Equal(0, batch.View.KeyCount);
    }

    [Fact]
    public void Fenced_revoke_counts_in_its_own_term_only()
    {
        _store.Apply(new LeaseGrantRequest(Lease, 60), AppliedStore.Put("a", "1", 9));

        _store.Apply(_store.EntryOf(new LeaseRevokeRequest(Lease, FenceTerm: AppliedStore.Term), term: AppliedStore.Term + 1));
        Assert.Empty(_store.Apply().LeaseChanges);
        Assert.True(_store.Applier.Exists(Lease));

        _store.Apply(_store.EntryOf(new LeaseRevokeRequest(Lease, FenceTerm: AppliedStore.Term)));
        Assert.Single(_store.Apply().LeaseChanges);
        Assert.False(_store.Applier.Exists(Lease));
    }

    [Fact]
    public void Space_alarm_refuses_what_takes_space_and_nothing_else()
    {
        _store.Apply(AppliedStore.Put("a", "1"));
        _store.Apply(new AlarmRequest(AlarmAction.Activate, new MemberId(1), AlarmType.NoSpace));
        var txn = new TxnRequest([], [], [AppliedStore.Put("b", "1")]);

        var batch = _store.Apply(
            AppliedStore.Put("b", "1"),
            new LeaseGrantRequest(Lease, 60),
            txn,
            AppliedStore.Delete("a"),
            new CompactionRequest(2),
            new AlarmRequest(AlarmAction.Deactivate, new MemberId(1), AlarmType.NoSpace),
            AppliedStore.Put("b", "1"));

        var none = EtcdError.None;
        var full = EtcdError.NoSpace;
        Assert.Equal([full, full, full, none, none, none, none], batch.Outcomes.Select(o => o.Error));
    }

    [Fact]
    public void Corrupt_alarm_refuses_everything_but_what_ends_it()
    {
        _store.Apply(AppliedStore.Put("a", "1"));
        _store.Apply(new AlarmRequest(AlarmAction.Activate, new MemberId(1), AlarmType.Corrupt));

        var batch = _store.Apply(
            AppliedStore.Put("b", "1"),
            AppliedStore.Delete("a"),
            new CompactionRequest(2),
            new LeaseRevokeRequest(Lease),
            new AlarmRequest(AlarmAction.Deactivate, new MemberId(1), AlarmType.Corrupt),
            AppliedStore.Put("b", "1"));

        var corrupt = EtcdError.Corrupt;
        Assert.Equal([corrupt, corrupt, corrupt, corrupt, EtcdError.None, EtcdError.None], batch.Outcomes.Select(o => o.Error));
    }

    [Fact]
    public void Reopened_store_knows_the_keys_of_its_leases()
    {
        _store.Apply(new LeaseGrantRequest(Lease, 60), AppliedStore.Put("a", "1", 9), AppliedStore.Put("b", "1"));
        var reopened = new AppliedStore(_store.Storage, _store.Checkpoint());

        Assert.Equal(["a"], reopened.Applier.Leases.KeysOf(Lease).Select(k => k.ToString()));
    }

    private static void Publish(AppliedStore store) => store.Applier.Publish(store.Index, AppliedStore.Term);

    private static void AssertSame(AppliedStore expected, AppliedStore actual, string what)
    {
        Assert.True(expected.StateBytes.AsSpan().SequenceEqual(actual.StateBytes), $"replicated state, {what}");
        Assert.Equal(expected.Store.View.HistoryHash, actual.Store.View.HistoryHash);
        Assert.Equal(expected.Store.View.HashKv(0), actual.Store.View.HashKv(0));
        Assert.Equal(expected.Applier.StateDigest, actual.Applier.StateDigest);
        var all = new RangeRequest { Key = new byte[1], RangeEnd = new byte[1] };
        Assert.Equal(
            expected.Store.View.Range(all).Kvs.Select(kv => Convert.ToHexString(kv.Span)),
            actual.Store.View.Range(all).Kvs.Select(kv => Convert.ToHexString(kv.Span)));
        foreach (var lease in expected.Applier.Leases.Records.Select(record => record.Id))
        {
            Assert.Equal(expected.Applier.Leases.KeysOf(lease), actual.Applier.Leases.KeysOf(lease));
        }
    }
}

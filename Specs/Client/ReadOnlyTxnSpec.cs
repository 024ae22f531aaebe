using System.Text;
using ActorEtcd.Client;
using ActorEtcd.Messages;
using ActorEtcd.Specs.Apply;
using ActorEtcd.Specs.TestKit;
using ActorEtcd.Store;
using Akka.TestKit.Configs;
using Xunit;

namespace ActorEtcd.Specs.Client;

public sealed class ReadOnlyTxnSpec : PatientTestKit
{
    private readonly EdgeNode _edge;

    public ReadOnlyTxnSpec()
        : base(TestConfigs.TestSchedulerConfig)
        => _edge = new EdgeNode(TestActor);

    [Fact]
    public async Task Txn_without_writes_waits_for_a_read_index_and_sees_what_a_member_that_was_behind_caught_up_with()
    {
        _edge.Store.Apply(AppliedStore.Put("a", "new"));
        var answer = _edge.Node.TxnAsync(Txn(VersionIs("a", 1), [Range("a")], []));
        var barrier = ExpectMsg<AwaitRead>().Read;
        Assert.False(answer.IsCompleted);

        _edge.CatchUp();
        barrier.TryComplete(true);
        var result = (TxnResult)await answer;

        Assert.True(result.Succeeded);
        Assert.Equal(2, result.Revision);
        Assert.Equal("new", ValueOf(result.Responses[0]));
    }

    [Fact]
    public async Task Txn_of_serializable_ranges_is_answered_at_once_by_a_member_that_is_behind()
    {
        _edge.Store.Apply(AppliedStore.Put("a", "new"));
        var range = Range("a") with { Serializable = true };
        var answer = _edge.Node.TxnAsync(Txn(VersionIs("a", 1), [], [range]));

        Assert.True(answer.IsCompleted);
        var result = (TxnResult)await answer;
        Assert.False(result.Succeeded);
        Assert.Equal(1, result.Revision);
        Assert.Empty(((RangeResult)result.Responses[0]).Kvs);
        ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void Txn_with_one_range_that_is_not_serializable_waits_for_a_read_index()
    {
        var serializable = Range("a") with { Serializable = true };
        _ = _edge.Node.TxnAsync(Txn(VersionIs("a", 1), [serializable], [serializable, Range("b")])).AsTask();
        ExpectMsg<AwaitRead>();
    }

    [Fact]
    public void Txn_of_compares_alone_waits_for_a_read_index()
    {
        _ = _edge.Node.TxnAsync(Txn(VersionIs("a", 1), [], [])).AsTask();
        ExpectMsg<AwaitRead>();
    }

    [Fact]
    public void Txn_that_writes_in_either_branch_or_deeper_goes_through_the_log()
    {
        RequestOp put = AppliedStore.Put("a", "1");
        RequestOp nested = Txn(VersionIs("a", 1), [], [AppliedStore.Delete("a")]);
        foreach (var txn in new[] { Txn(VersionIs("a", 1), [put], []), Txn(VersionIs("a", 1), [Range("a")], [nested]) })
        {
            _ = _edge.Node.TxnAsync(txn).AsTask();
            ExpectMsg<Submit>();
        }
    }

    [Fact]
    public async Task Nested_txn_that_only_reads_is_decided_and_answered_without_the_log()
    {
        _edge.Store.Apply(AppliedStore.Put("a", "1"));
        _edge.CatchUp();
        RequestOp nested = Txn(VersionIs("b", 0), [Range("a")], []);
        var answer = _edge.Node.TxnAsync(Txn(VersionIs("a", 1), [nested, Range("b")], []));
        ExpectMsg<AwaitRead>().Read.TryComplete(true);

        var result = (TxnResult)await answer;
        var inner = (TxnResult)result.Responses[0];
        Assert.True(inner.Succeeded);
        Assert.Equal(0, inner.Revision);
        Assert.Equal("1", ValueOf(inner.Responses[0]));
        Assert.Equal(1, _edge.Node.Applied.Transactions);
    }

    [Fact]
    public async Task Range_of_a_revision_that_is_not_there_refuses_the_whole_txn()
    {
        _edge.Store.Apply(AppliedStore.Put("a", "1"), AppliedStore.Put("a", "2"), new CompactionRequest(3, Physical: false));
        _edge.CatchUp();
        foreach (var (revision, error) in new[] { (2, EtcdError.Compacted), (-1, EtcdError.Compacted), (9, EtcdError.FutureRev) })
        {
            var answer = _edge.Node.TxnAsync(Txn(VersionIs("a", 2), [Range("a"), Range("a") with { Revision = revision }], []));
            ExpectMsg<AwaitRead>().Read.TryComplete(true);
            var refusal = await Assert.ThrowsAsync<EtcdException>(async () => await answer);
            Assert.Equal(error, refusal.Error);
        }
    }

    private static TxnRequest Txn(Compare compare, RequestOp[] success, RequestOp[] failure)
        => new([compare], [.. success], [.. failure]);

    private static Compare VersionIs(string key, long version)
        => new(CompareResult.Equal, CompareTarget.Version, Bytes.FromUtf8(key), version);

    private static RangeRequest Range(string key) => new() { Key = Bytes.FromUtf8(key) };

    private static string ValueOf(OpResult range)
        => Encoding.UTF8.GetString(KeyValue.Parse(((RangeResult)range).Kvs[0].Span).Value);
}

using ActorEtcd.Client;
using ActorEtcd.Messages;
using ActorEtcd.Specs.Apply;
using ActorEtcd.Specs.TestKit;
using Akka.TestKit.Configs;
using Xunit;

namespace ActorEtcd.Specs.Client;

/// <summary>What the edge refuses before it reaches an actor.</summary>
public sealed class LoadSheddingSpec() : PatientTestKit(TestConfigs.TestSchedulerConfig)
{
    [Fact]
    public void Writes_are_refused_while_too_much_that_is_committed_waits_to_be_applied_and_reads_are_not()
    {
        var edge = new EdgeNode(TestActor);
        edge.Committed(edge.Node.Settings.UnappliedEntriesMax);
        _ = edge.Node.PutAsync(AppliedStore.Put("a", "1")).AsTask();
        ExpectMsg<Submit>();

        edge.Committed(edge.Node.Settings.UnappliedEntriesMax + 1);
        AssertRefused(EtcdError.TooManyRequests, () => edge.Node.PutAsync(AppliedStore.Put("a", "1")));
        AssertRefused(EtcdError.TooManyRequests, () => edge.Node.CompactAsync(new CompactionRequest(1)));
        _ = edge.Node.RangeAsync(new RangeRequest { Key = Bytes.FromUtf8("a") }).AsTask();
        ExpectMsg<AwaitRead>();

        edge.Store.Apply(AppliedStore.Put("a", "1"));
        edge.CatchUp();
        _ = edge.Node.PutAsync(AppliedStore.Put("a", "2")).AsTask();
        ExpectMsg<Submit>();
    }

    [Fact]
    public void Request_above_the_limit_is_refused_before_the_quota_is_looked_at()
    {
        var edge = new EdgeNode(TestActor, static settings => settings with { RequestBytesMax = 100, QuotaBytes = 10 });
        AssertRefused(EtcdError.RequestTooLarge, () => edge.Node.PutAsync(AppliedStore.Put("a", new string('x', 100))));
        ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void What_takes_no_space_passes_a_store_that_is_full()
    {
        var edge = new EdgeNode(TestActor, static settings => settings with { QuotaBytes = 10 });
        var put = AppliedStore.Put("a", "1");
        var delete = AppliedStore.Delete("a");
        AssertRefused(EtcdError.NoSpace, () => edge.Node.PutAsync(put));
        AssertRefused(EtcdError.NoSpace, () => edge.Node.TxnAsync(new TxnRequest([], [delete], [new TxnRequest([], [put], [])])));
        AssertRefused(EtcdError.NoSpace, () => edge.Node.LeaseGrantAsync(new LeaseGrantRequest(new LeaseId(1), 60)));
        ExpectNoMsg(TimeSpan.Zero);

        _ = edge.Node.DeleteRangeAsync(delete).AsTask();
        _ = edge.Node.TxnAsync(new TxnRequest([], [delete], [])).AsTask();
        _ = edge.Node.CompactAsync(new CompactionRequest(1)).AsTask();
        for (var i = 0; i < 3; i++)
        {
            ExpectMsg<Submit>();
        }
    }

    private static void AssertRefused(EtcdError expected, Func<ValueTask<OpResult>> request)
        => Assert.Equal(
            expected, Assert.ThrowsAsync<EtcdException>(async () => await request()).WaitAsync(TimeSpan.FromSeconds(60)).Result.Error);
}

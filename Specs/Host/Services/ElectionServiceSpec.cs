using System.Diagnostics;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Host.Protos.V3electionpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;

namespace ActorEtcd.Specs.Host.Services;

/// <summary>Elections, with candidates of the service and of etcdctl.</summary>
[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class ElectionServiceSpec(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private GrpcChannel Channel => fixture.Server.Channel;

    [Fact]
    public async Task Campaign_waits_until_the_leader_resigns()
    {
        CampaignResponse first = await CampaignAsync("office", "one");
        Task<CampaignResponse> waiting = CampaignAsync("office", "two");
        await UntilQueuedAsync("office", 2);
        Assert.Equal("one", await LeaderOfAsync("office"));
        Assert.False(waiting.IsCompleted);

        await Channel.UnaryAsync(ConcurrencyMethods.Resign, new ResignRequest { Leader = first.Leader });

        CampaignResponse second = await waiting.WaitAsync(Patience);
        Assert.Equal("two", await LeaderOfAsync("office"));
        Assert.Equal($"office/{second.Leader.Lease:x}", second.Leader.Key.ToStringUtf8());
        Assert.Equal(second.Header.Revision, second.Leader.Rev);
    }

    [Fact]
    public async Task Campaign_of_a_candidate_that_stands_already_changes_its_value()
    {
        CampaignResponse first = await CampaignAsync("again", "one");
        CampaignResponse second = await CampaignAsync("again", "two", first.Leader.Lease);

        Assert.Equal(first.Leader, second.Leader);
        Assert.Equal("two", await LeaderOfAsync("again"));
    }

    [Fact]
    public async Task Campaign_that_is_given_up_withdraws_the_candidate()
    {
        await CampaignAsync("withdrawn", "one");
        using var cancel = new CancellationTokenSource();
        Task<CampaignResponse> waiting = CampaignAsync("withdrawn", "two", cancellationToken: cancel.Token);
        await UntilQueuedAsync("withdrawn", 2);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => waiting);
        await UntilQueuedAsync("withdrawn", 1);
    }

    [Fact]
    public async Task Observers_hear_every_leader_and_every_proclamation()
    {
        await using var observer = Channel.ServerStreaming(ConcurrencyMethods.Observe, NameOf("seen"));
        CampaignResponse first = await CampaignAsync("seen", "one");
        Assert.Equal("one", await HeardAsync(observer));

        await ProclaimAsync(first.Leader, "uno");
        Assert.Equal("uno", await HeardAsync(observer));

        Task<CampaignResponse> second = CampaignAsync("seen", "two");
        await UntilQueuedAsync("seen", 2);
        await Channel.UnaryAsync(ConcurrencyMethods.Resign, new ResignRequest { Leader = first.Leader });
        Assert.Equal("two", await HeardAsync(observer));
        await second.WaitAsync(Patience);
    }

    [Fact]
    public async Task Refusals_have_the_texts_of_etcds_client()
    {
        Assert.Equal("election: no leader", await RefusalAsync(() => LeaderOfAsync("nobody")));
        Assert.Equal("\"leader\" field must be provided", await RefusalAsync(() => ProclaimAsync(null, "x")));
        var other = new LeaderKey { Name = ByteString.CopyFromUtf8("a"), Key = ByteString.CopyFromUtf8("a/1"), Rev = 5 };
        Assert.Equal("election: not leader", await RefusalAsync(() => ProclaimAsync(other, "x")));
        await Channel.UnaryAsync(ConcurrencyMethods.Resign, new ResignRequest { Leader = other });
    }

    [Fact]
    public async Task Etcdctl_elect_and_the_service_share_an_election()
    {
        CampaignResponse first = await CampaignAsync("mixed", "service");
        using Process etcdctl = Etcdctl.Start(fixture.Server.Process.Endpoint, ["elect", "mixed", "etcdctl"]);
        try
        {
            await UntilQueuedAsync("mixed", 2);
            await Channel.UnaryAsync(ConcurrencyMethods.Resign, new ResignRequest { Leader = first.Leader });

            string? key = await etcdctl.StandardOutput.ReadLineAsync().WaitAsync(Patience);
            Assert.StartsWith("mixed/", key, StringComparison.Ordinal);
            Assert.Equal("etcdctl", await etcdctl.StandardOutput.ReadLineAsync().WaitAsync(Patience));
            Assert.Equal("etcdctl", await LeaderOfAsync("mixed"));
        }
        finally
        {
            etcdctl.Kill();
        }
    }

    private static LeaderRequest NameOf(string name) => new() { Name = ByteString.CopyFromUtf8(name) };

    private static async Task<string> HeardAsync(DuplexCall<LeaderRequest, LeaderResponse> observer)
        => (await observer.ReadAsync().AsTask().WaitAsync(Patience)).Kv.Value.ToStringUtf8();

    private static async Task<string> RefusalAsync(Func<Task> call)
    {
        GrpcCallException failure = await Assert.ThrowsAsync<GrpcCallException>(call);
        Assert.Equal(StatusCode.Unknown, failure.Code);
        return failure.Detail;
    }

    private async Task<CampaignResponse> CampaignAsync(
        string name, string value, long lease = 0, CancellationToken cancellationToken = default)
    {
        var request = new CampaignRequest
        {
            Name = ByteString.CopyFromUtf8(name),
            Value = ByteString.CopyFromUtf8(value),
            Lease = lease,
        };
        return await Channel.UnaryAsync(ConcurrencyMethods.Campaign, request, cancellationToken: cancellationToken);
    }

    private async Task ProclaimAsync(LeaderKey? leader, string value) => await Channel.UnaryAsync(
        ConcurrencyMethods.Proclaim,
        new ProclaimRequest { Leader = leader, Value = ByteString.CopyFromUtf8(value) });

    private async Task<string> LeaderOfAsync(string name)
        => (await Channel.UnaryAsync(ConcurrencyMethods.Leader, NameOf(name))).Kv.Value.ToStringUtf8();

    private Task UntilQueuedAsync(string name, int count) => Poll.UntilAsync(
        $"{count} keys under {name}",
        Patience,
        async () => (await Channel.UnaryAsync(
            EtcdMethods.Range,
            new RangeRequest
            {
                Key = ByteString.CopyFromUtf8(name + "/"),
                RangeEnd = ByteString.CopyFromUtf8(name + "0"),
            })).Kvs.Count == count);
}

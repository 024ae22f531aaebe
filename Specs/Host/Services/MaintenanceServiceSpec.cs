using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;
using DowngradeAction = ActorEtcd.Host.Protos.Etcdserverpb.DowngradeRequest.Types.DowngradeAction;

namespace ActorEtcd.Specs.Host.Services;

[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class MaintenanceServiceSpec(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private readonly GrpcChannel _channel = fixture.Server.Channel;

    [Fact]
    public async Task Status_tells_sizes_versions_indexes_and_the_leader()
    {
        await PutAsync("status", 1000);
        StatusResponse status = await _channel.UnaryAsync(EtcdMethods.Status, new StatusRequest());

        Assert.Equal("3.7.0", status.Version);
        Assert.Equal("3.7.0", status.StorageVersion);
        Assert.Equal(status.Header.MemberId, status.Leader);
        Assert.Equal(2L * 1024 * 1024 * 1024, status.DbSizeQuota);
        Assert.InRange(status.DbSizeInUse, 1000, status.DbSize);
        Assert.InRange(status.RaftAppliedIndex, 1UL, status.RaftIndex);
        Assert.Equal(status.Header.RaftTerm, status.RaftTerm);
        Assert.False(status.IsLearner);
        Assert.Empty(status.Errors);
    }

    [Fact]
    public async Task Status_lists_active_alarms_among_its_errors()
    {
        var alarm = new AlarmRequest
        {
            Action = AlarmRequest.Types.AlarmAction.Activate,
            Alarm = AlarmType.Nospace,
            MemberID = 0xabc,
        };
        await _channel.UnaryAsync(EtcdMethods.Alarm, alarm);
        StatusResponse status = await _channel.UnaryAsync(EtcdMethods.Status, new StatusRequest());
        alarm.Action = AlarmRequest.Types.AlarmAction.Deactivate;
        await _channel.UnaryAsync(EtcdMethods.Alarm, alarm);

        Assert.Equal(["memberID:2748 alarm:NOSPACE "], status.Errors);
    }

    [Fact]
    public async Task Defragment_gives_back_what_a_compaction_left()
    {
        for (int i = 0; i < 20; i++)
        {
            await PutAsync("defragment", 100_000);
        }

        long revision = (await _channel.UnaryAsync(EtcdMethods.Status, new StatusRequest())).Header.Revision;
        await _channel.UnaryAsync(EtcdMethods.Compact, new CompactionRequest { Revision = revision, Physical = true });
        DefragmentResponse answer = await _channel.UnaryAsync(EtcdMethods.Defragment, new DefragmentRequest());

        StatusResponse after = await _channel.UnaryAsync(EtcdMethods.Status, new StatusRequest());
        Assert.Null(answer.Header);
        Assert.InRange(after.DbSize, after.DbSizeInUse, after.DbSizeInUse + 1000);
    }

    [Fact]
    public async Task Downgrade_is_validated_enabled_shown_everywhere_and_cancelled()
    {
        Assert.Equal("{\"etcdserver\":\"3.7.0\",\"etcdcluster\":\"3.7.0\",\"storage\":\"3.7.0\"}", await VersionAsync());
        await RefusedAsync(DowngradeAction.Validate, "three", "wrong downgrade target version format");
        await RefusedAsync(DowngradeAction.Validate, "3.5.0", "invalid downgrade target version");
        await RefusedAsync(DowngradeAction.Enable, "3.7", "invalid downgrade target version");
        Assert.Equal("3.7", (await DowngradeAsync(DowngradeAction.Cancel, "")).Version);
        Assert.Equal("3.7", (await DowngradeAsync(DowngradeAction.Validate, "3.6")).Version);
        Assert.Equal("3.7", (await DowngradeAsync(DowngradeAction.Enable, "3.6.0")).Version);

        StatusResponse status = await _channel.UnaryAsync(EtcdMethods.Status, new StatusRequest());
        Assert.Equal(new DowngradeInfo { Enabled = true, TargetVersion = "3.6.0" }, status.DowngradeInfo);
        Assert.Equal("3.6.0", status.StorageVersion);
        Assert.Equal("{\"etcdserver\":\"3.7.0\",\"etcdcluster\":\"3.6.0\",\"storage\":\"3.6.0\"}", await VersionAsync());
        await RefusedAsync(DowngradeAction.Validate, "3.5", "cluster has a downgrade job in progress");

        Assert.Equal("3.6", (await DowngradeAsync(DowngradeAction.Cancel, "")).Version);
        status = await _channel.UnaryAsync(EtcdMethods.Status, new StatusRequest());
        Assert.Equal(new DowngradeInfo(), status.DowngradeInfo);
        Assert.Equal("3.7.0", status.StorageVersion);
    }

    [Fact]
    public async Task HashKv_tells_the_revision_that_was_hashed()
    {
        await PutAsync("hash", 1);
        HashKVResponse newest = await _channel.UnaryAsync(EtcdMethods.HashKV, new HashKVRequest());
        HashKVResponse same = await _channel.UnaryAsync(EtcdMethods.HashKV, new HashKVRequest { Revision = newest.HashRevision });

        Assert.Equal(newest.Header.Revision, newest.HashRevision);
        Assert.Equal(newest.Hash, same.Hash);
    }

    private async Task<DowngradeResponse> DowngradeAsync(DowngradeAction action, string version)
        => await _channel.UnaryAsync(EtcdMethods.Downgrade, new DowngradeRequest { Action = action, Version = version });

    private async Task RefusedAsync(DowngradeAction action, string version, string text)
    {
        GrpcCallException refusal = await Assert.ThrowsAsync<GrpcCallException>(() => DowngradeAsync(action, version));
        Assert.Equal("etcdserver: " + text, refusal.Detail);
    }

    private async Task<string> VersionAsync()
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri($"http://{fixture.Server.Process.Endpoint}/version"));
    }

    private async Task PutAsync(string key, int bytes) => await _channel.UnaryAsync(
        EtcdMethods.Put, new PutRequest { Key = ByteString.CopyFromUtf8(key), Value = ByteString.CopyFrom(new byte[bytes]) });
}

using ActorEtcd.Host.GrpcClient;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.TestKit;
using Google.Protobuf;
using Xunit;

namespace ActorEtcd.Specs.Host.Services;

[Trait("Category", "Processes")]
[Collection(ProcessCollection.Name)]
public sealed class WatchServiceSpec(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task Watch_whose_client_has_sent_its_last_request_still_gets_events()
    {
        ByteString key = ByteString.CopyFromUtf8("half-closed");
        await using var watch = fixture.Server.Channel.Duplex(EtcdMethods.Watch);
        await watch.WriteAsync(new WatchRequest { CreateRequest = new WatchCreateRequest { Key = key } });
        watch.CompleteRequests();
        Assert.True((await watch.ReadAsync()).Created);

        await fixture.Server.Channel.UnaryAsync(EtcdMethods.Put, new PutRequest { Key = key });

        Assert.Equal(key, Assert.Single((await watch.ReadAsync()).Events).Kv.Key);
    }
}

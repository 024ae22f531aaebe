using ActorEtcd.Host.Protos.Health;
using ActorEtcd.Host.Services;
using ActorEtcd.Specs.Host.Grpc;
using Google.Protobuf;
using Xunit;
using ServingStatus = ActorEtcd.Host.Protos.Health.HealthCheckResponse.Types.ServingStatus;

namespace ActorEtcd.Specs.Host.Services;

public sealed class HealthServiceSpec
{
    private const string Service = "/grpc.health.v1.Health/";

    [Fact]
    public async Task Check_knows_the_server_as_a_whole_only()
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(HealthService.Register);
        using var client = new GrpcTestClient(server.EndPoint);

        GrpcReply whole = await client.CallAsync(Service + "Check", GrpcTestClient.Frame([]));
        GrpcReply part = await client.CallAsync(Service + "Check", Named("etcdserverpb.KV"));
        GrpcReply list = await client.CallAsync(Service + "List", GrpcTestClient.Frame([]));

        Assert.Equal(ServingStatus.Serving, StatusOf(whole.Frames[0].Bytes));
        Assert.Equal(("5", "unknown service"), (part.Status, part.Message));
        Assert.Equal(
            ServingStatus.Serving, HealthListResponse.Parser.ParseFrom(list.Frames[0].Bytes).Statuses[""].Status);
    }

    [Theory]
    [InlineData("", ServingStatus.Serving)]
    [InlineData("etcdserverpb.KV", ServingStatus.ServiceUnknown)]
    public async Task Watch_tells_the_status_and_stays_open(string name, ServingStatus expected)
    {
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(HealthService.Register);
        using var client = new GrpcTestClient(server.EndPoint);
        using GrpcTestStream stream = await client.OpenAsync(Service + "Watch");

        await stream.SendRawAsync(Named(name));

        Assert.Equal(expected, StatusOf((await stream.ReceiveAsync())!));
    }

    private static byte[] Named(string service)
        => GrpcTestClient.Frame(new HealthCheckRequest { Service = service }.ToByteArray());

    private static ServingStatus StatusOf(byte[] response) => HealthCheckResponse.Parser.ParseFrom(response).Status;
}

using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Protos.ReflectionV1;
using ActorEtcd.Host.Services;
using ActorEtcd.Specs.Host.Grpc;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Xunit;

namespace ActorEtcd.Specs.Host.Services;

public sealed class ReflectionServiceSpec
{
    [Theory]
    [InlineData("grpc.reflection.v1.ServerReflection")]
    [InlineData("grpc.reflection.v1alpha.ServerReflection")]
    public async Task Services_and_their_files_are_told_under_both_names(string name)
    {
        await using GrpcTestServer server = await StartAsync();
        using var client = new GrpcTestClient(server.EndPoint);
        using GrpcTestStream stream = await client.OpenAsync($"/{name}/ServerReflectionInfo");

        ServerReflectionResponse services = await AskAsync(stream, new ServerReflectionRequest { Host = "h", ListServices = "*" });
        Assert.Equal("h", services.ValidHost);
        Assert.Equal(
            ["grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"],
            services.ListServicesResponse.Service.Select(service => service.Name));

        Assert.Equal(
            ["health/health.proto"],
            FilesOf(await AskAsync(stream, new ServerReflectionRequest { FileContainingSymbol = "grpc.health.v1.Health.Check" })));
        stream.CloseSend();
        Assert.Equal("0", (await stream.EndAsync()).Status);
    }

    [Theory]
    [InlineData("etcdserverpb.KV")]
    [InlineData("etcdserverpb.KV.RangeStream")]
    [InlineData("etcdserverpb.RangeRequest.SortOrder")]
    [InlineData("etcdserverpb.RangeRequest.range_end")]
    public async Task Symbols_lead_to_their_file_and_to_all_that_it_imports(string symbol)
    {
        await using GrpcTestServer server = await StartAsync();
        using var client = new GrpcTestClient(server.EndPoint);
        using GrpcTestStream stream = await client.OpenAsync("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo");

        ServerReflectionResponse found = await AskAsync(stream, new ServerReflectionRequest { FileContainingSymbol = symbol });
        Assert.Equal(["etcdserverpb/kv.proto", "etcdserverpb/header.proto", "mvccpb/kv.proto"], FilesOf(found));

        // What the stream has told already is not told again, unless it is asked for.
        Assert.Equal(
            ["etcdserverpb/kv.proto"],
            FilesOf(await AskAsync(stream, new ServerReflectionRequest { FileByFilename = "etcdserverpb/kv.proto" })));
    }

    [Fact]
    public async Task What_is_not_there_is_an_answer_and_not_the_end()
    {
        await using GrpcTestServer server = await StartAsync();
        using var client = new GrpcTestClient(server.EndPoint);
        using GrpcTestStream stream = await client.OpenAsync("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo");
        foreach (ServerReflectionRequest request in new[]
        {
            new ServerReflectionRequest { FileContainingSymbol = "no.Such" },
            new ServerReflectionRequest { FileByFilename = "none.proto" },
            new ServerReflectionRequest { AllExtensionNumbersOfType = "no.Such" },
            new ServerReflectionRequest { FileContainingExtension = new ExtensionRequest { ContainingType = "etcdserverpb.PutRequest" } },
        })
        {
            Assert.Equal((int)StatusCode.NotFound, (await AskAsync(stream, request)).ErrorResponse.ErrorCode);
        }

        Assert.Equal(
            "etcdserverpb.PutRequest",
            (await AskAsync(stream, new ServerReflectionRequest { AllExtensionNumbersOfType = "etcdserverpb.PutRequest" }))
                .AllExtensionNumbersResponse.BaseTypeName);

        await stream.SendAsync(new ServerReflectionRequest().ToByteArray());
        Assert.Equal("3", (await stream.EndAsync()).Status);
    }

    private static Task<GrpcTestServer> StartAsync() => GrpcTestServer.StartAsync(table =>
    {
        HealthService.Register(table);
        ReflectionService.Register(table);
    });

    private static async Task<ServerReflectionResponse> AskAsync(GrpcTestStream stream, ServerReflectionRequest request)
    {
        await stream.SendAsync(request.ToByteArray());
        ServerReflectionResponse response = ServerReflectionResponse.Parser.ParseFrom((await stream.ReceiveAsync())!);
        Assert.Equal(request, response.OriginalRequest);
        return response;
    }

    private static IEnumerable<string> FilesOf(ServerReflectionResponse response)
        => response.FileDescriptorResponse.FileDescriptorProto.Select(bytes => FileDescriptorProto.Parser.ParseFrom(bytes).Name);
}

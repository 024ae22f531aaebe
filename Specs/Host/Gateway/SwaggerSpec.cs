using System.Text.Json;
using ActorEtcd.Host.Gateway;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Specs.Host.Grpc;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ActorEtcd.Specs.Host.Gateway;

public sealed class SwaggerSpec
{
    private static readonly string[] Names = ["rpc", "v3lock", "v3election"];

    [Fact]
    public async Task Every_path_of_the_gateway_is_described_once()
    {
        var described = new List<string>();
        foreach (string name in Names)
        {
            using JsonDocument document = await FetchAsync("3.7.0", name);
            described.AddRange(document.RootElement.GetProperty("paths").EnumerateObject().Select(path => path.Name));
        }

        Assert.Equal(GatewayRoutes.All.Keys.Select(path => $"/v3/{path}").Order(), described.Order());
    }

    [Theory]
    [InlineData("3.4.23")]
    [InlineData("3.7.0")]
    public async Task Every_reference_has_its_definition(string version)
    {
        foreach (string name in Names)
        {
            using JsonDocument document = await FetchAsync(version, name);
            JsonElement definitions = document.RootElement.GetProperty("definitions");
            foreach (string reference in References(document.RootElement))
            {
                Assert.True(definitions.TryGetProperty(reference["#/definitions/".Length..], out _), $"{name}: {reference}");
            }
        }
    }

    [Fact]
    public async Task Fields_have_the_types_that_they_have_in_bodies()
    {
        using JsonDocument document = await FetchAsync("3.7.0", "rpc");
        JsonElement definitions = document.RootElement.GetProperty("definitions");
        JsonElement range = definitions.GetProperty("etcdserverpbRangeRequest").GetProperty("properties");

        Assert.Equal("2.0", document.RootElement.GetProperty("swagger").GetString());
        Assert.Equal("""{"type":"string","format":"byte"}""", Compact(range.GetProperty("range_end")));
        Assert.Equal("""{"type":"string","format":"int64"}""", Compact(range.GetProperty("limit")));
        Assert.Equal("""{"$ref":"#/definitions/RangeRequestSortOrder"}""", Compact(range.GetProperty("sort_order")));
        Assert.Equal(
            """{"type":"string","enum":["NONE","ASCEND","DESCEND"],"default":"NONE"}""", Compact(definitions.GetProperty("RangeRequestSortOrder")));
        Assert.Equal(
            """{"type":"array","items":{"$ref":"#/definitions/mvccpbKeyValue"}}""",
            Compact(definitions.GetProperty("etcdserverpbRangeResponse").GetProperty("properties").GetProperty("kvs")));
        Assert.Equal(
            ["Lease_LeaseRevoke", "Lease_LeaseRevoke2"],
            document.RootElement.GetProperty("paths").EnumerateObject()
                .Select(path => path.Value.GetProperty("post").GetProperty("operationId").GetString())
                .Where(id => id!.StartsWith("Lease_LeaseRevoke", StringComparison.Ordinal)));
    }

    private static string Compact(JsonElement json) => JsonSerializer.Serialize(json);

    private static async Task<JsonDocument> FetchAsync(string version, string name)
    {
        GrpcMethodTable methods = null!;
        await using GrpcTestServer server = await GrpcTestServer.StartAsync(
            table => methods = table,
            routes: router => new JsonGateway(methods, new GrpcOptions(), version, NullLoggerFactory.Instance).Map(router));
        using var http = new HttpClient();
        return JsonDocument.Parse(await http.GetStringAsync($"http://{server.EndPoint}/swagger/{name}.swagger.json"));
    }

    private static IEnumerable<string> References(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Array => json.EnumerateArray().SelectMany(References),
        JsonValueKind.Object => json.EnumerateObject().SelectMany(static property =>
            property.NameEquals("$ref") ? [property.Value.GetString()!] : References(property.Value)),
        _ => [],
    };
}

using System.Net;
using System.Text;
using ActorEtcd.Host.Gateway;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Host.Protos.Etcdserverpb;
using ActorEtcd.Specs.Host.Grpc;
using Xunit;

namespace ActorEtcd.Specs.Host.Gateway;

public sealed class JsonGatewaySpec
{
    private const string Empty = """{"key":""}""";

    [Theory]
    [InlineData("3.4.23", """{"error":"etcdserver: key is not provided","message":"etcdserver: key is not provided","code":3}""")]
    [InlineData("3.5.9", """{"error":"etcdserver: key is not provided","code":3,"message":"etcdserver: key is not provided"}""")]
    [InlineData("3.6.0", """{"code":3,"message":"etcdserver: key is not provided","details":[]}""")]
    public async Task Errors_have_the_form_of_the_version(string version, string expected)
    {
        await using GrpcTestServer server = await ToyGateway.StartAsync(version);
        Assert.Equal((400, "application/json", expected), await PostAsync(server, "/v3/kv/put", Empty));
    }

    [Theory]
    [InlineData("3.4.23", StatusCode.FailedPrecondition, 412)]
    [InlineData("3.5.0", StatusCode.FailedPrecondition, 400)]
    [InlineData("3.7.0", StatusCode.FailedPrecondition, 400)]
    [InlineData("3.5.0", StatusCode.Canceled, 408)]
    [InlineData("3.6.0", StatusCode.Canceled, 499)]
    public void Codes_become_the_http_status_of_the_version(string version, StatusCode code, int expected)
        => Assert.Equal(expected, new GatewayErrors(Version.Parse(version)).HttpStatusOf(code));

    [Fact]
    public async Task Unknown_paths_and_methods_are_refused_as_the_versions_do()
    {
        await using GrpcTestServer old = await ToyGateway.StartAsync("3.4.23");
        Assert.Equal((404, "text/plain", "Not Found\n"), await PostAsync(old, "/v3/nope", "{}"));
        Assert.Equal((405, "text/plain", "Method Not Allowed\n"), await SendAsync(old, HttpMethod.Get, "/v3/kv/put", ""));

        await using GrpcTestServer server = await ToyGateway.StartAsync("3.7.0");
        Assert.Equal(
            (404, "application/json", """{"code":5,"message":"Not Found","details":[]}"""),
            await PostAsync(server, "/v3/nope", "{}"));
        Assert.Equal(
            (501, "application/json", """{"code":12,"message":"Method Not Allowed","details":[]}"""),
            await SendAsync(server, HttpMethod.Get, "/v3/kv/put", ""));
        Assert.Equal(
            (501, "application/json", """{"code":12,"message":"unknown service etcdserverpb.Auth","details":[]}"""),
            await PostAsync(server, "/v3/auth/status", ""));
    }

    [Theory]
    [InlineData("/v3/")]
    [InlineData("/v3beta/")]
    public async Task Metadata_and_bodies_reach_the_method(string prefix)
    {
        await using GrpcTestServer server = await ToyGateway.StartAsync("3.7.0");
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://{server.EndPoint}{prefix}kv/put");
        request.Headers.TryAddWithoutValidation("Authorization", "abc");
        request.Headers.TryAddWithoutValidation("Grpc-Metadata-Extra", "more");
        request.Content = new StringContent("""{"key":"YQ==","prevKv":true}""");

        using HttpResponseMessage response = await http.SendAsync(request);

        Assert.Equal("""{"prev_kv":{"key":"YQ==","value":"YWJjIGFiYyBtb3Jl"}}""", await response.Content.ReadAsStringAsync());
        Assert.Equal(["application/grpc"], response.Headers.GetValues("Grpc-Metadata-Content-Type"));
        Assert.Equal(["*"], response.Headers.GetValues("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("{")]
    [InlineData("[]")]
    public async Task Bodies_that_are_no_messages_are_bad_requests(string body)
    {
        await using GrpcTestServer server = await ToyGateway.StartAsync("3.7.0");
        foreach (string path in new[] { "/v3/kv/put", "/v3/lease/keepalive" })
        {
            (int status, _, string text) = await PostAsync(server, path, body);
            Assert.Equal(400, status);
            Assert.StartsWith("""{"code":3,"message":"invalid """, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Large_bodies_pass_up_to_the_limit_of_requests()
    {
        await using GrpcTestServer server = await ToyGateway.StartAsync("3.7.0");
        string value = Convert.ToBase64String(new byte[1 << 20]);
        Assert.Equal(200, (await PostAsync(server, "/v3/kv/put", $$"""{"key":"YQ==","value":"{{value}}"}""")).Status);

        string larger = Convert.ToBase64String(new byte[3 << 20]);
        Assert.Equal(429, (await PostAsync(server, "/v3/kv/put", $$"""{"key":"YQ==","value":"{{larger}}"}""")).Status);
    }

    [Fact]
    public async Task Streams_are_lines_and_end_with_their_error()
    {
        await using GrpcTestServer server = await ToyGateway.StartAsync("3.7.0");
        string line(int id) => $"{{\"result\":{{\"ID\":\"{id}\"}}}}\n";

        Assert.Equal(
            (200, "application/json", line(1) + line(2)),
            await PostAsync(server, "/v3/lease/keepalive", """{"ID":1}{"ID":2}"""));
        Assert.Equal(
            (200, "application/json", line(1) + "{\"error\":{\"code\":5,\"message\":\"etcdserver: requested lease not found\",\"details\":[]}}\n"),
            await PostAsync(server, "/v3/lease/keepalive", """{"ID":1} {"ID":-1}"""));
        Assert.Equal(404, (await PostAsync(server, "/v3/lease/keepalive", """{"ID":-1}""")).Status);
    }

    [Fact]
    public async Task Streams_answer_while_the_body_is_still_open_and_end_with_the_client()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using GrpcTestServer server = await ToyGateway.StartAsync("3.7.0", ended);
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://{server.EndPoint}/v3/watch")
        {
            // The client reads no HTTP/1.1 response before it has sent its body.
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        var body = new GrpcTestClient.HeldContent();
        request.Content = body;
        Task<HttpResponseMessage> sent = http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Stream upload = await body.Opened;
        await upload.WriteAsync(Encoding.UTF8.GetBytes("""{"create_request":{}}"""));
        await upload.FlushAsync();

        HttpResponseMessage response = await sent.WaitAsync(GrpcTestClient.Patience);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal("""{"result":{"created":true}}""", await lines.ReadLineAsync().WaitAsync(GrpcTestClient.Patience));
        await upload.WriteAsync(Encoding.UTF8.GetBytes("""{"progressRequest":{}}"""));
        await upload.FlushAsync();
        Assert.Equal("""{"result":{"watch_id":"-1"}}""", await lines.ReadLineAsync().WaitAsync(GrpcTestClient.Patience));

        response.Dispose();
        body.Close();
        await ended.Task.WaitAsync(GrpcTestClient.Patience);
    }

    private static Task<(int Status, string Type, string Body)> PostAsync(GrpcTestServer server, string path, string body)
        => SendAsync(server, HttpMethod.Post, path, body);

    private static async Task<(int Status, string Type, string Body)> SendAsync(
        GrpcTestServer server, HttpMethod method, string path, string body)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(method, $"http://{server.EndPoint}{path}") { Version = HttpVersion.Version11 };
        if (body.Length > 0)
        {
            request.Content = new StringContent(body);
        }

        using HttpResponseMessage response = await http.SendAsync(request).WaitAsync(GrpcTestClient.Patience);
        string type = response.Content.Headers.ContentType?.MediaType ?? string.Empty;
        return ((int)response.StatusCode, type, await response.Content.ReadAsStringAsync());
    }
}

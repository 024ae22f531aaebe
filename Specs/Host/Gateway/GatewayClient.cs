using System.Text;
using System.Text.Json;
using ActorEtcd.Host.Gateway;
using ActorEtcd.Host.Grpc;
using Google.Protobuf;

namespace ActorEtcd.Specs.Host.Gateway;

/// <summary>Sends messages to a server as JSON, spelled in one of the ways that are allowed.</summary>
internal sealed class GatewayClient(string url) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly JsonParser Parser = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(false));

    private static readonly JsonFormatter[] Spellings =
    [
        new(JsonFormatter.Settings.Default),
        new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true)),
        new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true).WithFormatEnumsAsIntegers(true).WithFormatDefaultValues(true)),
    ];

    private readonly HttpClient _http = new() { Timeout = Patience };

    /// <summary>The answer as a message, or null and the error as a gRPC client would tell it.</summary>
    /// <param name="spelling">Chooses the spelling of the request.</param>
    public async Task<(int HttpStatus, IMessage? Response, string Error)> SendAsync(IMessage request, int spelling)
    {
        (string path, var method) = GatewayRoutes.InOrder.First(row => row.Method.InputType == request.Descriptor);
        using var content = new StringContent(Spellings[spelling % Spellings.Length].Format(request));
        using HttpResponseMessage answer = await _http.PostAsync($"{url}/v3/{path}", content);
        byte[] body = await answer.Content.ReadAsByteArrayAsync();
        if (!answer.IsSuccessStatusCode)
        {
            using var error = JsonDocument.Parse(body);
            var code = (StatusCode)error.RootElement.GetProperty("code").GetInt32();
            return ((int)answer.StatusCode, null, $"{code}: {error.RootElement.GetProperty("message").GetString()}");
        }

        string text = Encoding.UTF8.GetString(body);
        IMessage response = Parser.Parse(text, method.OutputType);
        RequireForm(text, response);
        return ((int)answer.StatusCode, response, string.Empty);
    }

    public void Dispose() => _http.Dispose();

    // Both servers write the same message with the same bytes: key order, numbers, base64, nothing blank.
    private static void RequireForm(string text, IMessage response)
    {
        string expected = Encoding.UTF8.GetString(GatewayJson.Body(response).Span);
        if (text != expected)
        {
            throw new InvalidOperationException($"written as {text}\ninstead of {expected}");
        }
    }
}

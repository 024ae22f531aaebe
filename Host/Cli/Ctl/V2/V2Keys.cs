using System.Globalization;
using System.Text.Json;
using ActorEtcd.Host.Cli.Ctl.Output;

namespace ActorEtcd.Host.Cli.Ctl.V2;

/// <summary>The requests for keys.</summary>
internal static class V2Keys
{
    public static Task<V2Event> GetAsync(V2Context context, V2Client client, string key, bool isRecursive)
    {
        string query = $"?quorum={Bool(context.Flags.Switch("quorum"))}&recursive={Bool(isRecursive)}&sorted={Bool(context.Flags.Switch("sort"))}";
        return SendAsync(client, HttpMethod.Get, PathOf(key) + query, body: null);
    }

    /// <summary>Sets a value, or makes a directory when there is none.</summary>
    public static Task<V2Event> SetAsync(
        V2Context context, V2Client client, string key, string? value, bool? mustExist = null, string previous = "", long index = 0)
    {
        var query = new List<string>();
        Add(query, "dir", value == null ? "true" : "");
        Add(query, "prevExist", mustExist is { } exists ? Bool(exists) : "");
        Add(query, "prevIndex", index != 0 ? CtlRows.Number(index) : "");
        Add(query, "prevValue", previous);
        return SendAsync(client, HttpMethod.Put, PathOf(key) + Query(query), Form(context, value));
    }

    public static Task<V2Event> CreateInOrderAsync(V2Context context, V2Client client, string directory, string value)
        => SendAsync(client, HttpMethod.Post, PathOf(directory), Form(context, value));

    public static Task<V2Event> DeleteAsync(
        V2Client client, string key, bool isDirectory, bool isRecursive = false, string previous = "", long index = 0)
    {
        var query = new List<string>();
        Add(query, "dir", isDirectory ? "true" : "");
        Add(query, "prevIndex", index != 0 ? CtlRows.Number(index) : "");
        Add(query, "prevValue", previous);
        Add(query, "recursive", isRecursive ? "true" : "");
        return SendAsync(client, HttpMethod.Delete, PathOf(key) + Query(query), body: null);
    }

    /// <summary>The next event at or behind an index; 0 stands for now.</summary>
    public static async Task<V2Event> WaitAsync(V2Context context, V2Client client, string key, bool isRecursive, long index)
    {
        string after = index > 0 ? $"&waitIndex={index}" : "";
        string path = $"{PathOf(key)}?recursive={Bool(isRecursive)}&wait=true{after}";
        while (true)
        {
            var answer = await client.SendAsync(HttpMethod.Get, path, wait: context.Console.Interrupted).ConfigureAwait(false);

            // A server that ends a wait before anything happened says nothing.
            if (answer.Body.Length > 0)
            {
                return EventOf(answer);
            }
        }
    }

    private static async Task<V2Event> SendAsync(V2Client client, HttpMethod method, string path, string? body)
        => EventOf(await client.SendAsync(method, path, body).ConfigureAwait(false));

    private static V2Event EventOf(V2Answer answer)
    {
        try
        {
            return answer.IsSuccess ? V2Event.Of(answer) : throw Refusal(answer.Body);
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException)
        {
            throw V2Exception.Error(V2Exit.ServerError, "client: response is invalid json. The endpoint is probably not valid etcd cluster endpoint.");
        }
    }

    private static V2Exception Refusal(string body)
    {
        using var document = JsonDocument.Parse(body);
        var json = document.RootElement;
        long code = V2Json.Number(json, "errorCode");
        string message = V2Json.Text(json, "message");
        string cause = V2Json.Text(json, "cause");
        long index = V2Json.Number(json, "index");
        return V2Exception.Error(V2Exit.ServerError, $"{code}: {message} ({cause}) [{index}]");
    }

    private static string Form(V2Context context, string? value)
    {
        var form = new List<string>();
        long ttl = context.Flags.Number("ttl");
        if (ttl > 0)
        {
            form.Add(string.Create(CultureInfo.InvariantCulture, $"ttl={ttl}"));
        }

        if (value != null)
        {
            form.Add("value=" + Uri.EscapeDataString(value));
        }

        return string.Join('&', form);
    }

    private static string PathOf(string key)
    {
        var parts = new List<string>();
        foreach (string part in key.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                parts.RemoveRange(Math.Max(0, parts.Count - 1), Math.Min(1, parts.Count));
            }
            else if (part != ".")
            {
                parts.Add(Uri.EscapeDataString(part));
            }
        }

        return "/v2/keys" + string.Concat(parts.Select(static part => "/" + part));
    }

    private static string Bool(bool value) => CtlRows.Bool(value);

    private static void Add(List<string> query, string name, string value)
    {
        if (value.Length > 0)
        {
            query.Add($"{name}={Uri.EscapeDataString(value)}");
        }
    }

    private static string Query(List<string> query) => query.Count == 0 ? "" : "?" + string.Join('&', query);
}

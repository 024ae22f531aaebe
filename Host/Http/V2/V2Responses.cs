using System.Globalization;
using ActorEtcd.Client;
using ActorEtcd.V2;
using Microsoft.AspNetCore.Http;

namespace ActorEtcd.Host.Http.V2;

/// <summary>Answers of the v2 API that several of its paths give.</summary>
internal static class V2Responses
{
    private const string Json = "application/json";

    /// <summary>Whether the method is one of those; if not, the answer says which are.</summary>
    public static async ValueTask<bool> AllowsAsync(HttpCall call, params string[] methods)
    {
        if (methods.Contains(call.Method))
        {
            return true;
        }

        call.ResponseHeaders.Allow = string.Join(',', methods);
        await call.ErrorAsync(StatusCodes.Status405MethodNotAllowed, "Method Not Allowed");
        return false;
    }

    public static void TellCluster(HttpCall call, EtcdNode node)
        => call.ResponseHeaders["X-Etcd-Cluster-Id"] = node.Members.ClusterId.ToString("x", CultureInfo.InvariantCulture);

    public static void TellIndexes(HttpCall call, EtcdNode node, ulong index)
    {
        call.ResponseHeaders["X-Etcd-Index"] = index.ToString(CultureInfo.InvariantCulture);
        call.ResponseHeaders["X-Raft-Index"] = node.Status.CommitIndex.ToString(CultureInfo.InvariantCulture);
        call.ResponseHeaders["X-Raft-Term"] = node.Status.Term.ToString(CultureInfo.InvariantCulture);
    }

    public static ValueTask JsonAsync(HttpCall call, string body, int status = StatusCodes.Status200OK)
        => call.RespondAsync(status, Json, body);

    public static ValueTask ErrorAsync(HttpCall call, V2Error error)
    {
        call.ResponseHeaders["X-Etcd-Index"] = error.Index.ToString(CultureInfo.InvariantCulture);
        return JsonAsync(call, V2Json.Of(error), error.Status);
    }

    /// <summary>An error of members, users and statistics: a message alone.</summary>
    public static ValueTask MessageAsync(HttpCall call, int status, string message)
        => JsonAsync(call, $"{{\"message\":{V2Json.Text(message)}}}", status);

    public static ValueTask NoAccessAsync(HttpCall call)
        => MessageAsync(call, StatusCodes.Status401Unauthorized, "Insufficient credentials");
}

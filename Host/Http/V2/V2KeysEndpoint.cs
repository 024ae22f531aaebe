using System.Text;
using ActorEtcd.Client;
using ActorEtcd.Host.Grpc;
using ActorEtcd.Messages;
using ActorEtcd.V2;
using Microsoft.AspNetCore.Http;

namespace ActorEtcd.Host.Http.V2;

/// <summary><c>/v2/keys</c>: reads, changes and watches of the v2 store.</summary>
internal sealed class V2KeysEndpoint(
    EtcdNode node, V2Access access, V2Metrics metrics, TimeProvider time, CancellationToken stopping)
{
    public const string Prefix = "/v2/keys";

    /// <summary>Longer paths are refused, which bounds the depth of the tree.</summary>
    private const int PathCharsMax = 8 * 1024;

    public async ValueTask ServeAsync(HttpCall call)
    {
        if (!await V2Responses.AllowsAsync(call, "HEAD", "GET", "PUT", "POST", "DELETE"))
        {
            return;
        }

        V2Responses.TellCluster(call, node);
        string path = call.GoPath;
        if (path.Length > PathCharsMax)
        {
            await call.ErrorAsync(StatusCodes.Status414UriTooLong, "Request-URI Too Long");
            return;
        }

        V2KeyRequest request;
        try
        {
            V2Form form = await V2Form.ReadAsync(call);
            request = V2KeyRequest.Read(call.Method, path[Prefix.Length..], form, V2Time.Now(time));
        }
        catch (V2RequestException refusal)
        {
            await V2Responses.ErrorAsync(call, refusal.Error);
            return;
        }

        if (!await access.MayUseKeyAsync(call, request.Key, request.Request.IsRecursive))
        {
            await V2Responses.ErrorAsync(call, new V2Error(V2ErrorCode.Unauthorized, "Insufficient credentials", 0));
        }
        else if (request.IsWait && !request.IsQuorum)
        {
            await WatchAsync(call, request);
        }
        else
        {
            await DoAsync(call, request);
        }
    }

    private async ValueTask DoAsync(HttpCall call, V2KeyRequest request)
    {
        string method = call.Method == "GET" && request.IsQuorum ? V2Request.QuorumGet : call.Method;
        using V2Metrics.Timing timing = metrics.Received(method);
        var (happened, error) = await ExecuteAsync(request);
        if (happened is null)
        {
            timing.Fail(error!.Status);
            await V2Responses.ErrorAsync(call, error);
            return;
        }

        V2Responses.TellIndexes(call, node, happened.StoreIndex);
        bool isWrite = happened.Action is V2Action.Set or V2Action.CompareAndSwap or V2Action.Create or V2Action.Update;
        await V2Responses.JsonAsync(
            call,
            V2Json.Of(happened, request.WithoutNodes && isWrite),
            happened.IsCreated ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private async ValueTask<(V2Event? Event, V2Error? Error)> ExecuteAsync(V2KeyRequest request)
    {
        V2Request asked = request.Request;
        try
        {
            if (asked.Method is "GET" or "HEAD")
            {
                bool isQuorum = request.IsQuorum && asked.Method == "GET";
                return await node.V2GetAsync(asked.Path, asked.IsRecursive, isQuorum, asked.Time);
            }

            V2Result result = await node.V2Async(asked);
            return (result.Event, result.Error);
        }
        catch (EtcdException refusal)
        {
            return (null, new V2Error(V2ErrorCode.RaftInternal, EtcdErrors.Of(refusal.Error).Message, 0));
        }
    }

    private async ValueTask WatchAsync(HttpCall call, V2KeyRequest request)
    {
        var watcher = new V2Watcher();
        V2Request asked = request.Request;
        node.V2Watch(new V2Watch(asked.Path, asked.IsRecursive, request.IsStream, request.Since, watcher));
        try
        {
            var (index, error) = await watcher.StartedAsync;
            if (error is not null)
            {
                await V2Responses.ErrorAsync(call, error);
                return;
            }

            // The headers go at once, so that the client knows that it watches.
            V2Responses.TellIndexes(call, node, index);
            call.ResponseHeaders.ContentType = "application/json";
            call.SetStatus(StatusCodes.Status200OK);
            await call.ResponseBody.FlushAsync(call.Aborted);
            using var ends = CancellationTokenSource.CreateLinkedTokenSource(call.Aborted, stopping);
            await PassOnAsync(call, watcher, request.IsStream, ends.Token);
        }
        finally
        {
            node.V2Unwatch(watcher);
        }
    }

    private static async Task PassOnAsync(HttpCall call, V2Watcher watcher, bool isStream, CancellationToken ends)
    {
        try
        {
            await foreach (V2Event happened in watcher.Events.ReadAllAsync(ends))
            {
                await call.ResponseBody.WriteAsync(Encoding.UTF8.GetBytes(V2Json.Of(happened)), ends);
                if (!isStream)
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The client left, or the server stops: the response ends here.
        }
    }
}

using System.Collections.Immutable;
using System.Globalization;
using ActorEtcd.Client;
using ActorEtcd.Host.Config;
using ActorEtcd.Members;
using Microsoft.AspNetCore.Http;

namespace ActorEtcd.Host.Http.V2;

/// <summary><c>/v2/members</c>: the member list and its changes; <c>/v2/machines</c>: the client URLs of all members.</summary>
internal sealed class V2MembersEndpoint(EtcdNode node, V2Access access, TimeProvider time)
{
    private const string Prefix = "/v2/members";
    private const long BodyBytesMax = 1024 * 1024;

    public void Map(HttpRouter router) => router
        .Map(Prefix, ServeAsync)
        .Map(Prefix + "/", ServeAsync)
        .Map("/v2/machines", MachinesAsync);

    private async ValueTask MachinesAsync(HttpCall call)
    {
        if (await V2Responses.AllowsAsync(call, "GET", "HEAD"))
        {
            IEnumerable<string> urls = node.Members.Members.Values.SelectMany(static member => member.ClientUrls);
            await call.RespondAsync(
                StatusCodes.Status200OK, "text/plain; charset=utf-8", string.Join(", ", urls.Order(StringComparer.Ordinal)));
        }
    }

    private async ValueTask ServeAsync(HttpCall call)
    {
        if (!await V2Responses.AllowsAsync(call, "GET", "POST", "DELETE", "PUT"))
        {
            return;
        }

        if (call.Method != "GET" && !await access.IsRootAsync(call))
        {
            await V2Responses.NoAccessAsync(call);
            return;
        }

        V2Responses.TellCluster(call, node);
        string rest = call.GoPath[Prefix.Length..];
        rest = rest.StartsWith('/') ? rest[1..] : rest;
        try
        {
            await (call.Method switch
            {
                "GET" => GetAsync(call, rest),
                "POST" => AddAsync(call),
                "DELETE" => ChangeAsync(call, rest, RemoveAsync),
                _ => ChangeAsync(call, rest, UpdateAsync),
            });
        }
        catch (V2RefusedException refusal)
        {
            await V2Responses.MessageAsync(call, StatusCodes.Status400BadRequest, refusal.Message);
        }
        catch (EtcdException refusal) when (refusal.Error == EtcdError.PeerURLExist)
        {
            await V2Responses.MessageAsync(call, StatusCodes.Status409Conflict, "membership: peerURL exists");
        }
        catch (EtcdException refusal) when (refusal.Error == EtcdError.MemberExist)
        {
            await V2Responses.MessageAsync(call, StatusCodes.Status409Conflict, "membership: ID exists");
        }
        catch (EtcdException)
        {
            await V2Responses.MessageAsync(call, StatusCodes.Status500InternalServerError, "Internal Server Error");
        }
    }

    private async ValueTask GetAsync(HttpCall call, string rest)
    {
        switch (rest)
        {
            case "":
                string members = string.Join(',', node.Members.Members.Values.Select(Json));
                await V2Responses.JsonAsync(call, $"{{\"members\":[{members}]}}\n");
                break;
            case "leader" when node.Members.Find(node.Status.Leader) is { } leader:
                await V2Responses.JsonAsync(call, Json(leader) + "\n");
                break;
            case "leader":
                await V2Responses.MessageAsync(call, StatusCodes.Status503ServiceUnavailable, "During election");
                break;
            default:
                await V2Responses.MessageAsync(call, StatusCodes.Status404NotFound, "Not found");
                break;
        }
    }

    private async ValueTask AddAsync(HttpCall call)
    {
        if (await PeerUrlsAsync(call) is not { } urls)
        {
            return;
        }

        var member = new Member(ClusterIdentity.AddedMemberId(urls, time.GetUtcNow()), string.Empty, urls, ClientUrls: []);
        await node.MemberAddAsync(member);
        await V2Responses.JsonAsync(call, Json(member) + "\n", StatusCodes.Status201Created);
    }

    private static async ValueTask ChangeAsync(HttpCall call, string text, Func<HttpCall, MemberId, ValueTask> change)
    {
        if (text.Length == 0)
        {
            await call.ErrorAsync(StatusCodes.Status405MethodNotAllowed, "Method Not Allowed");
            return;
        }

        if (!ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong id) || id == MemberId.None.Value)
        {
            await UnknownAsync(call, text);
            return;
        }

        try
        {
            await change(call, new MemberId(id));
        }
        catch (EtcdException refusal) when (refusal.Error == EtcdError.MemberNotFound)
        {
            await UnknownAsync(call, Hex(new MemberId(id)));
        }
    }

    private async ValueTask RemoveAsync(HttpCall call, MemberId id)
    {
        if (node.Members.IsRemoved(id))
        {
            await V2Responses.MessageAsync(call, StatusCodes.Status410Gone, $"Member permanently removed: {Hex(id)}");
            return;
        }

        await node.MemberRemoveAsync(id);
        call.SetStatus(StatusCodes.Status204NoContent);
    }

    private async ValueTask UpdateAsync(HttpCall call, MemberId id)
    {
        if (await PeerUrlsAsync(call) is { } urls)
        {
            await node.MemberUpdateAsync(id, urls);
            call.SetStatus(StatusCodes.Status204NoContent);
        }
    }

    private static ValueTask UnknownAsync(HttpCall call, string id)
        => V2Responses.MessageAsync(call, StatusCodes.Status404NotFound, $"No such member: {id}");

    /// <summary>The URLs in the request's body; null when it was answered, since it is of another type.</summary>
    private static async ValueTask<ImmutableArray<string>?> PeerUrlsAsync(HttpCall call)
    {
        string type = call.RequestHeaders.ContentType.ToString();
        int semicolon = type.IndexOf(';', StringComparison.Ordinal);
        type = semicolon < 0 ? type : type[..semicolon].ToLowerInvariant().Trim();
        if (type != "application/json")
        {
            await V2Responses.MessageAsync(
                call, StatusCodes.Status415UnsupportedMediaType, $"Bad Content-Type {type}, accept application/json");
            return null;
        }

        byte[] body = await call.ReadBodyAsync(BodyBytesMax) ?? throw new V2RefusedException("http: request body too large");
        IReadOnlyList<string> urls = V2MemberRequest.PeerUrlsOf(body);
        try
        {
            if (urls.Select(GoUrl.FaultOfUrl).FirstOrDefault(static fault => fault is not null) is { } fault)
            {
                throw new V2RefusedException(fault);
            }

            return urls.Count == 0
                ? throw new V2RefusedException("no valid URLs given")
                : [.. urls.Select(static url => EtcdUrl.Parse(url).ToString()).Order(StringComparer.Ordinal)];
        }
        catch (ConfigException wrong)
        {
            throw new V2RefusedException(wrong.Message);
        }
    }

    private static string Json(Member member)
        => $"{{\"id\":\"{Hex(member.Id)}\",\"name\":{V2Json.Text(member.Name)},\"peerURLs\":{V2Json.List(member.PeerUrls)},\"clientURLs\":{V2Json.List(member.ClientUrls)}}}";

    private static string Hex(MemberId id) => id.Value.ToString("x", CultureInfo.InvariantCulture);
}

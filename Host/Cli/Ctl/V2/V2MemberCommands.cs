using System.Text.Json;
using ActorEtcd.Host.Cli.Ctl.Commands;
using ActorEtcd.Host.Cli.Ctl.Output;
using ActorEtcd.Host.Cli.Ctl.Text;

namespace ActorEtcd.Host.Cli.Ctl.V2;

/// <summary>member list, add, remove, update; cluster-health.</summary>
internal static class V2MemberCommands
{
    private const string Path = "/v2/members";

    private static readonly TimeSpan HealthPause = TimeSpan.FromSeconds(10);

    public static async Task ListAsync(V2Context context)
    {
        if (context.Arguments.Count > 0)
        {
            throw Refusal("No arguments accepted");
        }

        using var client = await context.ConnectAsync().ConfigureAwait(false);
        var members = await MembersAsync(client).ConfigureAwait(false);
        var answer = await client.SendAsync(HttpMethod.Get, Path + "/leader").ConfigureAwait(false);
        if (!answer.IsSuccess)
        {
            throw Refusal($"Failed to get leader:  {MessageOf(answer)}");
        }

        using var document = JsonDocument.Parse(answer.Body);
        string leader = V2Json.Text(document.RootElement, "id");
        foreach (var member in members)
        {
            string peers = string.Join(',', member.PeerUrls);
            context.Out.WriteLine(member.Name.Length == 0
                ? $"{member.Id}[unstarted]: peerURLs={peers}"
                : $"{member.Id}: name={member.Name} peerURLs={peers} clientURLs={string.Join(',', member.ClientUrls)} isLeader={CtlRows.Bool(member.Id == leader)}");
        }
    }

    public static async Task AddAsync(V2Context context)
    {
        if (context.Arguments is not [var name, var url])
        {
            throw Refusal("Provide a name and a single member peerURL");
        }

        using var client = await context.ConnectAsync().ConfigureAwait(false);
        CheckUrl(url);
        var answer = await client.SendAsync(HttpMethod.Post, Path, Urls([url]), isJson: true).ConfigureAwait(false);
        if (answer.Status != 201)
        {
            throw Refusal(answer.Status == 409 ? MessageOf(answer) : $"unexpected status code {answer.Status}");
        }

        using var document = JsonDocument.Parse(answer.Body);
        string id = V2Member.Of(document.RootElement).Id;
        context.Out.WriteLine($"Added member named {name} with ID {id} to cluster");
        var members = await MembersAsync(client).ConfigureAwait(false);
        var cluster = members.SelectMany(member => member.PeerUrls.Select(peer => $"{(member.Id == id ? name : member.Name)}={peer}"));
        context.Out.Write(
            $"\nETCD_NAME={GoText.Quote(name)}\nETCD_INITIAL_CLUSTER={GoText.Quote(string.Join(',', cluster))}\nETCD_INITIAL_CLUSTER_STATE=\"existing\"\n");
    }

    public static async Task RemoveAsync(V2Context context)
    {
        if (context.Arguments is not [var id])
        {
            throw Refusal("Provide a single member ID");
        }

        using var client = await context.ConnectAsync().ConfigureAwait(false);
        var members = await MembersAsync(client).ConfigureAwait(false);
        foreach (var named in members.Where(member => member.Name == id))
        {
            context.Console.Error.WriteLine(
                $"Found a member named {named.Name}; if this is correct, please use its ID, eg:\n\tetcdctl member remove {named.Id}");
        }

        if (members.All(member => member.Id != id))
        {
            throw Refusal($"Couldn't find a member in the cluster with an ID of {id}.");
        }

        var answer = await client.SendAsync(HttpMethod.Delete, $"{Path}/{id}").ConfigureAwait(false);
        if (answer.Status is not (204 or 410))
        {
            throw new V2Exception(
                V2Exit.Error, $"Received an error trying to remove member {id}: unexpected status code {answer.Status}");
        }

        context.Out.WriteLine($"Removed member {id} from cluster");
    }

    public static async Task UpdateAsync(V2Context context)
    {
        if (context.Arguments is not [var id, var urls])
        {
            throw Refusal("Provide an ID and a list of comma separated peerURL (0xabcd http://example.com,http://example1.com)");
        }

        using var client = await context.ConnectAsync().ConfigureAwait(false);
        string[] peers = urls.Split(',');
        foreach (string url in peers)
        {
            CheckUrl(url);
        }

        var answer = await client.SendAsync(HttpMethod.Put, $"{Path}/{id}", Urls(peers), isJson: true).ConfigureAwait(false);
        if (answer.Status != 204)
        {
            throw Refusal(answer.Status is 404 or 409 ? MessageOf(answer) : $"unexpected status code {answer.Status}");
        }

        context.Out.WriteLine($"Updated member with ID {id} in cluster");
    }

    public static async Task HealthAsync(V2Context context)
    {
        using var client = await context.ConnectAsync(syncs: false).ConfigureAwait(false);
        V2Member[] members;
        try
        {
            members = await MembersAsync(client).ConfigureAwait(false);
        }
        catch (V2Exception failure)
        {
            context.Out.WriteLine("cluster may be unhealthy: failed to list members");
            throw new V2Exception(V2Exit.ServerError, failure.Message);
        }

        while (true)
        {
            int healthy = 0;
            foreach (var member in members)
            {
                healthy += await IsHealthyAsync(context, client, member).ConfigureAwait(false) ? 1 : 0;
            }

            context.Out.WriteLine(healthy == members.Length ? "cluster is healthy"
                : healthy == 0 ? "cluster is unavailable"
                : "cluster is degraded");
            if (!context.Flags.Switch("forever"))
            {
                if (healthy != members.Length)
                {
                    throw new V2Exception(V2Exit.NotHealthy, "");
                }

                return;
            }

            context.Out.Write("\nnext check after 10 second...\n\n");
            context.Out.Flush();
            await Task.Delay(HealthPause, context.Console.Interrupted).ConfigureAwait(false);
        }
    }

    private static async Task<bool> IsHealthyAsync(V2Context context, V2Client client, V2Member member)
    {
        if (member.ClientUrls.Length == 0)
        {
            context.Out.WriteLine($"member {member.Id} is unreachable: no available published client urls");
            return false;
        }

        foreach (string url in member.ClientUrls)
        {
            var (isHealthy, reason) = await client.HealthAsync(url).ConfigureAwait(false);
            if (isHealthy is { } known)
            {
                context.Out.WriteLine(known
                    ? $"member {member.Id} is healthy: got healthy result from {url}"
                    : $"member {member.Id} is unhealthy: got unhealthy result from {url}");
                return known;
            }

            context.Out.WriteLine($"failed to check the health of member {member.Id} on {url}: {reason}");
        }

        context.Out.WriteLine($"member {member.Id} is unreachable: [{string.Join(' ', member.ClientUrls)}] are all unreachable");
        return false;
    }

    private static async Task<V2Member[]> MembersAsync(V2Client client)
    {
        var answer = await client.SendAsync(HttpMethod.Get, Path).ConfigureAwait(false);
        if (!answer.IsSuccess)
        {
            throw Refusal($"unexpected status code {answer.Status}");
        }

        using var document = JsonDocument.Parse(answer.Body);
        return V2Member.ListOf(document.RootElement);
    }

    private static void CheckUrl(string url)
    {
        try
        {
            MemberCommands.CheckUrls([url]);
        }
        catch (CtlException refusal)
        {
            throw Refusal(refusal.Message);
        }
    }

    private static string Urls(string[] urls) => $"{{\"peerURLs\":[{string.Join(',', urls.Select(JsonText.Quoted))}]}}";

    private static string MessageOf(V2Answer answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            return V2Json.Text(document.RootElement, "message");
        }
        catch (JsonException)
        {
            return $"unexpected status code {answer.Status}";
        }
    }

    private static V2Exception Refusal(string reason) => new(V2Exit.Error, reason + "\n");
}

using System.Text.Json;
using ActorEtcd.Client;
using ActorEtcd.Host.Grpc;
using ActorEtcd.V2;
using Microsoft.AspNetCore.Http;

namespace ActorEtcd.Host.Http.V2;

/// <summary><c>/v2/auth</c>: users and roles of the v2 API, for root alone once they matter.</summary>
internal sealed class V2AuthEndpoint(EtcdNode node, V2AuthStore store, V2Access access)
{
    private const string Prefix = "/v2/auth";
    private const long BodyBytesMax = 1024 * 1024;

    public void Map(HttpRouter router) => router
        .Map(Prefix + "/roles", call => GuardAsync(call, () => RolesAsync(call)))
        .Map(Prefix + "/roles/", call => GuardAsync(call, () => BelowAsync(call, RolesAsync, RoleAsync)))
        .Map(Prefix + "/users", call => GuardAsync(call, () => UsersAsync(call)))
        .Map(Prefix + "/users/", call => GuardAsync(call, () => BelowAsync(call, UsersAsync, UserAsync)))
        .Map(Prefix + "/enable", call => GuardAsync(call, () => EnableAsync(call)));

    private static async ValueTask GuardAsync(HttpCall call, Func<ValueTask> serve)
    {
        try
        {
            await serve();
        }
        catch (V2AuthException refusal)
        {
            await V2Responses.MessageAsync(call, refusal.Status, refusal.Message);
        }
        catch (V2RefusedException refusal)
        {
            await V2Responses.MessageAsync(call, StatusCodes.Status400BadRequest, refusal.Message);
        }
        catch (V2StoreException refusal)
        {
            await V2Responses.ErrorAsync(call, refusal.Error);
        }
        catch (Exception failure) when (failure is EtcdException or GrpcStatusException)
        {
            await V2Responses.MessageAsync(call, StatusCodes.Status500InternalServerError, "Internal Server Error");
        }
    }

    private static async ValueTask BelowAsync(
        HttpCall call, Func<HttpCall, ValueTask> all, Func<HttpCall, string, ValueTask> one)
    {
        string[] names = V2Path.NamesOf(V2Path.Clean(call.GoPath[Prefix.Length..]));
        if (names.Length > 2)
        {
            await V2Responses.MessageAsync(call, StatusCodes.Status400BadRequest, "Invalid path");
            return;
        }

        await (names.Length == 2 ? one(call, names[1]) : all(call));
    }

    private async ValueTask<bool> BeginAsync(HttpCall call, bool needsRoot, params string[] methods)
    {
        if (!await V2Responses.AllowsAsync(call, methods))
        {
            return false;
        }

        if (needsRoot && !await access.IsRootAsync(call))
        {
            await V2Responses.NoAccessAsync(call);
            return false;
        }

        V2Responses.TellCluster(call, node);
        return true;
    }

    private async ValueTask RolesAsync(HttpCall call)
    {
        if (!await BeginAsync(call, needsRoot: true, "GET"))
        {
            return;
        }

        var roles = new List<string>();
        foreach (string name in await store.RoleNamesAsync())
        {
            roles.Add((await store.RoleAsync(name)).ToJson());
        }

        await V2Responses.JsonAsync(call, $"{{\"roles\":[{string.Join(',', roles)}]}}\n");
    }

    private async ValueTask RoleAsync(HttpCall call, string name)
    {
        if (!await BeginAsync(call, needsRoot: true, "GET", "PUT", "DELETE"))
        {
            return;
        }

        switch (call.Method)
        {
            case "GET":
                await V2Responses.JsonAsync(call, (await store.RoleAsync(name)).ToJson() + "\n");
                break;
            case "PUT":
                await PutRoleAsync(call, name);
                break;
            default:
                await store.DeleteRoleAsync(name);
                await V2Responses.JsonAsync(call, string.Empty);
                break;
        }
    }

    private async ValueTask PutRoleAsync(HttpCall call, string name)
    {
        V2Role role = await ReadAsync<V2Role>(call);
        RequireRequest(role.Name == name, "Role JSON name does not match the name in the URL");
        bool isNew = V2Permissions.IsNothing(role.Grant) && V2Permissions.IsNothing(role.Revoke);
        if (isNew)
        {
            await store.CreateRoleAsync(role);
        }
        else
        {
            RequireRequest(V2Permissions.IsNothing(role.Permissions), "Role JSON contains both permissions and grant/revoke");
            role = await store.UpdateRoleAsync(role);
        }

        await V2Responses.JsonAsync(call, role.ToJson() + "\n", isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private async ValueTask UsersAsync(HttpCall call)
    {
        if (!await BeginAsync(call, needsRoot: true, "GET"))
        {
            return;
        }

        var users = new List<string>();
        foreach (string name in await store.UserNamesAsync())
        {
            users.Add(await WithRolesAsync(await store.UserAsync(name), areRolesRequired: false));
        }

        await V2Responses.JsonAsync(call, $"{{\"users\":{(users.Count == 0 ? "null" : $"[{string.Join(',', users)}]")}}}\n");
    }

    private async ValueTask UserAsync(HttpCall call, string name)
    {
        if (!await BeginAsync(call, needsRoot: true, "GET", "PUT", "DELETE"))
        {
            return;
        }

        switch (call.Method)
        {
            case "GET":
                await V2Responses.JsonAsync(call, await WithRolesAsync(await store.UserAsync(name), areRolesRequired: true) + "\n");
                break;
            case "PUT":
                await PutUserAsync(call, name);
                break;
            default:
                await store.DeleteUserAsync(name);
                await V2Responses.JsonAsync(call, string.Empty);
                break;
        }
    }

    private async ValueTask PutUserAsync(HttpCall call, string name)
    {
        V2User user = await ReadAsync<V2User>(call);
        RequireRequest(user.Name == name, "User JSON name does not match the name in the URL");
        bool isCreated = false;
        bool hasRoles = user.Roles is { Count: > 0 };
        if (user.Grant is not { Count: > 0 } && user.Revoke is not { Count: > 0 })
        {
            (user, isCreated) = hasRoles ? (await store.CreateUserAsync(user), false) : await store.CreateOrUpdateUserAsync(user);
        }
        else
        {
            RequireRequest(!hasRoles, "User JSON contains both roles and grant/revoke");
            user = await store.UpdateUserAsync(user);
        }

        string json = (user with { Password = null }).ToJson() + "\n";
        await V2Responses.JsonAsync(call, json, isCreated ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private async ValueTask<string> WithRolesAsync(V2User user, bool areRolesRequired)
    {
        var roles = new List<string>();
        foreach (string name in user.Roles ?? [])
        {
            V2Role? role = areRolesRequired ? await store.RoleAsync(name) : await store.FindRoleAsync(name);
            if (role is not null)
            {
                roles.Add(role.ToJson());
            }
        }

        string list = roles.Count == 0 ? string.Empty : $",\"roles\":[{string.Join(',', roles)}]";
        return $"{{\"user\":{V2Json.Text(user.Name)}{list}}}";
    }

    private async ValueTask EnableAsync(HttpCall call)
    {
        if (!await BeginAsync(call, needsRoot: call.Method is not ("GET" or "HEAD"), "GET", "PUT", "DELETE"))
        {
            return;
        }

        string answer = string.Empty;
        switch (call.Method)
        {
            case "GET":
                answer = $"{{\"enabled\":{(await store.IsEnabledAsync() ? "true" : "false")}}}\n";
                break;
            case "PUT":
                await store.EnableAsync();
                break;
            default:
                await store.DisableAsync();
                break;
        }

        await V2Responses.JsonAsync(call, answer);
    }

    private static async ValueTask<T> ReadAsync<T>(HttpCall call)
        where T : class
    {
        try
        {
            byte[]? body = await call.ReadBodyAsync(BodyBytesMax);
            if (body is not null && JsonSerializer.Deserialize<T>(body, V2AuthStore.Json) is { } read)
            {
                return read;
            }
        }
        catch (JsonException)
        {
            // Told below, in etcd's words.
        }

        throw new V2RefusedException("Invalid JSON in request body.");
    }

    private static void RequireRequest(bool isRight, string message)
    {
        if (!isRight)
        {
            throw new V2RefusedException(message);
        }
    }
}

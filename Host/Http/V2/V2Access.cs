using System.Net.Http.Headers;
using System.Text;

namespace ActorEtcd.Host.Http.V2;

/// <summary>Whether a request may do what it asks (etcd: <c>v2http/client_auth.go</c>). While users do not matter, all may.</summary>
internal sealed class V2Access(V2AuthStore users)
{
    /// <summary>Whether the requester, who may be a guest, may use the key.</summary>
    public async ValueTask<bool> MayUseKeyAsync(HttpCall call, string key, bool isRecursive)
    {
        if (!await users.IsEnabledAsync())
        {
            return true;
        }

        bool isWrite = call.Method is not ("GET" or "HEAD");
        V2User? user = await UserOfAsync(call);
        if (user is null)
        {
            // Who shows nothing is a guest; etcd asks the guest's role about the key alone.
            return call.RequestHeaders.Authorization.Count == 0
                && await users.FindRoleAsync(V2Role.Guest) is { } guest
                && guest.Allows(key, isWrite, isRecursive: false);
        }

        foreach (string name in user.Roles ?? [])
        {
            if (await users.FindRoleAsync(name) is { } role && role.Allows(key, isWrite, isRecursive))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the requester has the role root.</summary>
    public async ValueTask<bool> IsRootAsync(HttpCall call)
        => !await users.IsEnabledAsync() || (await UserOfAsync(call))?.Roles?.Contains(V2Role.Root) == true;

    private async ValueTask<V2User?> UserOfAsync(HttpCall call)
    {
        string header = call.RequestHeaders.Authorization.ToString();
        if (header.Length == 0)
        {
            return call.VerifiedClientName is { } name ? await users.FindUserAsync(name) : null;
        }

        if (CredentialsOf(header) is not var (user, password) || await users.FindUserAsync(user) is not { } known)
        {
            return null;
        }

        return await users.IsPasswordAsync(known, password) ? known : null;
    }

    private static (string User, string Password)? CredentialsOf(string header)
    {
        if (!AuthenticationHeaderValue.TryParse(header, out AuthenticationHeaderValue? value)
            || !string.Equals(value.Scheme, "Basic", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        byte[] bytes = new byte[(value.Parameter?.Length ?? 0) + 1];
        if (!Convert.TryFromBase64String(value.Parameter ?? string.Empty, bytes, out int length))
        {
            return null;
        }

        string text = Encoding.UTF8.GetString(bytes, 0, length);
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? null : (text[..colon], text[(colon + 1)..]);
    }
}

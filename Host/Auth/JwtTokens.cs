using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using ActorEtcd.Auth;

namespace ActorEtcd.Host.Auth;

/// <summary>
/// Tokens that say for whom they are by a signature (etcd: <c>auth/jwt.go</c>). They are kept nowhere, so they hold until
/// their time or the revision of users and roles in them is over.
/// </summary>
internal sealed class JwtTokens(JwtKey key, TimeSpan ttl, TimeProvider clock) : IAuthTokens
{
    /// <summary>Verified tokens that are remembered, since verifying takes long; beyond that all are verified again.</summary>
    private const int KnownMax = 10_000;

    private const int TokenLengthMax = 16 * 1024;

    private readonly ConcurrentDictionary<string, Claims> _known = new(StringComparer.Ordinal);

    public string NewPrefix() => string.Empty;

    public string Sign(string user, ulong authRevision)
    {
        if (!key.CanSign)
        {
            throw new EtcdException(EtcdError.VerifyOnly);
        }

        var header = Write(writer =>
        {
            writer.WriteString("alg", key.Method);
            writer.WriteString("typ", "JWT");
        });
        var claims = Write(writer =>
        {
            writer.WriteNumber("exp", clock.GetUtcNow().Add(ttl).ToUnixTimeSeconds());
            writer.WriteNumber("revision", authRevision);
            writer.WriteString("username", user);
        });
        var signed = $"{header}.{claims}";
        return $"{signed}.{Base64Url.EncodeToString(key.Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    public AuthInfo? Find(string token, ulong authRevision)
    {
        if (!_known.TryGetValue(token, out var claims))
        {
            claims = Verify(token);
            if (claims is null)
            {
                return null;
            }

            if (_known.Count >= KnownMax)
            {
                _known.Clear();
            }

            _known[token] = claims;
        }

        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        return now < claims.ExpiresAt && now >= claims.NotBefore ? claims.Info : null;
    }

    public long IndexOf(string token) => 0;

    public void Assign(string token, string user)
    {
        // The signature says it.
    }

    public void Invalidate(string user)
    {
        // The revision in the token is old from now on.
    }

    public void Clear()
    {
        // What is signed stays signed.
    }

    public void PassOver(long index)
    {
        // No token comes from an entry.
    }

    private static string Write(Action<Utf8JsonWriter> fields)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            fields(writer);
            writer.WriteEndObject();
        }

        return Base64Url.EncodeToString(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    private Claims? Verify(string token)
    {
        var parts = token.Length > TokenLengthMax ? [] : token.Split('.');
        try
        {
            if (parts.Length != 3 || !HasMethod(Base64Url.DecodeFromChars(parts[0])))
            {
                return null;
            }

            var signed = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}");
            return key.Verify(signed, Base64Url.DecodeFromChars(parts[2])) ? Read(Base64Url.DecodeFromChars(parts[1])) : null;
        }
        catch (Exception malformed) when (malformed is FormatException or JsonException or InvalidOperationException or OverflowException)
        {
            return null;
        }
    }

    // The method is this member's, whatever the token says: a token must not choose how it is verified.
    private bool HasMethod(byte[] header)
    {
        using var json = JsonDocument.Parse(header);
        return json.RootElement.TryGetProperty("alg", out var method) && method.GetString() == key.Method;
    }

    private static Claims? Read(byte[] claims)
    {
        using var json = JsonDocument.Parse(claims);
        var root = json.RootElement;
        if (!root.TryGetProperty("username", out var user)
            || !root.TryGetProperty("revision", out var revision)
            || user.GetString() is not { } name)
        {
            return null;
        }

        return new Claims(
            new AuthInfo(name, checked((ulong)revision.GetDouble())),
            TimeOf(root, "exp") ?? double.PositiveInfinity,
            TimeOf(root, "nbf") ?? double.NegativeInfinity);
    }

    private static double? TimeOf(JsonElement root, string name)
        => root.TryGetProperty(name, out var time) ? time.GetDouble() : null;

    private sealed record Claims(AuthInfo Info, double ExpiresAt, double NotBefore);
}

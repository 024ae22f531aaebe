using ActorEtcd.Auth;
using ActorEtcd.Host.Config;

namespace ActorEtcd.Host.Auth;

/// <summary>What <c>--auth-token</c> says: <c>simple</c>, or <c>jwt,pub-key=…,priv-key=…,sign-method=…,ttl=…</c>.</summary>
public static class TokenOptions
{
    private static readonly TimeSpan TtlDefault = TimeSpan.FromMinutes(5);

    /// <param name="text">The flag's value.</param>
    /// <param name="simpleTtl">How long simple tokens live after their last use (<c>--auth-token-ttl</c>).</param>
    /// <param name="clock">What time it is.</param>
    /// <exception cref="ConfigException">The value, or what it names, cannot be used.</exception>
    public static IAuthTokens Parse(string text, TimeSpan simpleTtl, TimeProvider clock)
    {
        var parts = text.Split(',');
        var options = new Dictionary<string, string>();
        foreach (var option in parts.Skip(1))
        {
            if (option.Split('=') is not [var name, var value] || !options.TryAdd(name, value))
            {
                throw Invalid(text, $"\"{option}\" is no option or comes twice");
            }
        }

        return parts[0] switch
        {
            "simple" => new SimpleTokens(simpleTtl > TimeSpan.Zero ? simpleTtl : TtlDefault, clock),
            "jwt" => Jwt(text, options, clock),
            "" => NoAuthTokens.Instance,
            _ => throw Invalid(text, "expected simple or jwt"),
        };
    }

    private static JwtTokens Jwt(string text, Dictionary<string, string> options, TimeProvider clock)
    {
        try
        {
            var ttl = TtlDefault;
            if (options.TryGetValue("ttl", out var given) && given.Length > 0 && !GoDuration.TryParse(given, out ttl))
            {
                throw new ConfigException($"the ttl \"{given}\" is no duration");
            }

            var key = JwtKey.Load(
                options.GetValueOrDefault("sign-method", string.Empty),
                Read(options.GetValueOrDefault("pub-key")),
                Read(options.GetValueOrDefault("priv-key")));
            return new JwtTokens(key, ttl, clock);
        }
        catch (Exception error) when (error is ConfigException or IOException or UnauthorizedAccessException)
        {
            throw Invalid(text, error.Message);
        }
    }

    private static byte[] Read(string? path) => string.IsNullOrEmpty(path) ? [] : File.ReadAllBytes(path);

    private static ConfigException Invalid(string text, string reason)
        => new($"invalid value \"{text}\" for flag --auth-token: auth: invalid auth options: {reason}");
}

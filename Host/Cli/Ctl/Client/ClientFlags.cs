namespace ActorEtcd.Host.Cli.Ctl.Client;

/// <summary>Turns the global flags into the options of a client.</summary>
internal static class ClientFlags
{
    /// <exception cref="CtlException">A flag has a value that cannot be.</exception>
    public static CtlClientOptions OptionsOf(CtlContext context)
    {
        var flags = context.Flags;
        var endpoints = EndpointsOf(context);
        if (flags.Switch("debug"))
        {
            TellFlags(context);
        }

        foreach (string file in new[] { "cert", "key", "cacert" })
        {
            if (flags.IsGiven(file) && flags.Text(file).Length == 0)
            {
                throw CtlException.BadArguments($"empty string is passed to --{file} option");
            }
        }

        var (user, password) = CredentialsOf(flags.Text("user"), flags.Text("password"), "Password: ", context);
        string token = flags.Text("auth-jwt-token");
        return new CtlClientOptions
        {
            Endpoints = [.. endpoints.Select(CtlEndpoint.Parse)],
            DialTimeout = flags.Duration("dial-timeout"),
            KeepAliveTime = flags.Duration("keepalive-time"),
            KeepAliveTimeout = flags.Duration("keepalive-timeout"),
            User = token.Length > 0 ? null : user,
            Password = password,
            Token = token.Length > 0 ? token : null,
            RequestBytesMax = (int)flags.Number("max-request-bytes"),
            ResponseBytesMax = flags.Number("max-recv-bytes") is > 0 and var limit ? (int)limit : int.MaxValue,
            IsDebug = flags.Switch("debug"),
            Tls = TlsOf(
                flags.Text("cert"),
                flags.Text("key"),
                flags.Text("cacert"),
                flags.Switch("insecure-discovery") ? "" : flags.Text("discovery-srv"),
                flags.Switch("insecure-transport"),
                flags.Switch("insecure-skip-tls-verify"),
                context.Version),
        };
    }

    /// <summary>The endpoints that DNS knows, else those of the flag.</summary>
    public static IReadOnlyList<string> EndpointsOf(CtlContext context)
    {
        var flags = context.Flags;
        string domain = flags.Text("discovery-srv");
        if (domain.Length > 0)
        {
            var found = SrvEndpoints.Find(domain, flags.Text("discovery-srv-name"), flags.Switch("insecure-discovery"), context.Error);
            if (found.Count > 0)
            {
                return found;
            }
        }

        return [.. flags.List("endpoints").Select(static endpoint => endpoint.Trim())];
    }

    /// <summary>TLS when any of its flags is given or clear text is refused.</summary>
    public static CtlTls? TlsOf(
        string certificate, string key, string roots, string serverName, bool clearText, bool skipsVerification, CtlVersion version)
    {
        bool isDefault = certificate.Length + key.Length + roots.Length + serverName.Length > 0
            || !clearText
            || (skipsVerification && version.SkippingMeansTls);
        return isDefault || skipsVerification
            ? CtlTls.Load(certificate, key, roots, serverName, skipsVerification, isDefault)
            : null;
    }

    /// <summary>Name and password, which stand in one flag with a colon, in two, or are asked for.</summary>
    public static (string? User, string Password) CredentialsOf(
        string user, string password, string prompt, CtlContext context)
    {
        if (user.Length == 0)
        {
            return (null, "");
        }

        if (password.Length > 0)
        {
            return (user, password);
        }

        int colon = user.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (user, Ask(context, prompt)) : (user[..colon], user[(colon + 1)..]);
    }

    public static string Ask(CtlContext context, string prompt)
    {
        try
        {
            return context.Console.AskPassword(prompt);
        }
        catch (EndOfStreamException end)
        {
            throw new CtlException(CtlExit.Error, end.Message);
        }
    }

    private static void TellFlags(CtlContext context)
    {
        foreach (var flag in CtlFlags.Globals.OrderBy(static flag => flag.Name, StringComparer.Ordinal))
        {
            string value = context.Flags.Text(flag.Name);
            context.Error($"{CtlFlags.VariableOf(flag.Name)}={(flag.Kind == CtlFlagKind.List ? $"[{value}]" : value)}");
        }
    }
}

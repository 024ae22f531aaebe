namespace ActorEtcd.Specs.Conformance;

/// <summary>Random requests on few keys, so that they meet: most make sense, some do not.</summary>
internal sealed class V2Generator(int seed)
{
    private static readonly string[] Names = ["a", "b", "c", "_h", "x%20y"];
    private static readonly string[] Wrong = ["x", "", "-1", "99999999999999999999", "True", "0"];

    private readonly Random _random = new(seed);

    /// <summary>About the store's index now, so that comparisons sometimes hold.</summary>
    public int Index { get; set; } = 3;

    public V2Call Next()
    {
        string path = Path();
        return _random.Next(20) switch
        {
            < 8 => new V2Call("PUT", path, Form(Writing())),
            < 9 => new V2Call("PUT", $"{path}?{Form(Writing())}"),
            < 11 => new V2Call("POST", path, Form(Writing())),
            < 14 => new V2Call("DELETE", $"{path}?{Form(Deleting())}"),
            < 17 => new V2Call("GET", $"{path}?{Form(Reading())}"),
            < 18 => new V2Call("HEAD", $"{path}?{Form(Reading())}"),
            < 19 => new V2Call("GET", $"/v2/keys/?wait=true&recursive=true&waitIndex={Math.Max(1, Index - _random.Next(30))}"),
            _ => Odd(path),
        };
    }

    public string Path()
    {
        int depth = _random.Next(10) == 0 ? 0 : _random.Next(1, 4);
        return "/v2/keys" + string.Concat(Enumerable.Range(0, depth).Select(_ => "/" + Names[_random.Next(Names.Length)]));
    }

    private V2Call Odd(string path) => _random.Next(6) switch
    {
        0 => new V2Call("PATCH", path),
        1 => new V2Call("GET", path + "/"),
        2 => new V2Call("GET", "/v2/stats/store"),
        3 => new V2Call("PUT", path, "value=%zz"),
        4 => new V2Call("PUT", path, "value=a;b=c"),
        _ => new V2Call("PUT", path, $"value=1&{Pick("ttl", "prevIndex", "dir", "prevExist", "refresh", "recursive", "prevValue", "wait")}={Pick(Wrong)}"),
    };

    private IEnumerable<(string, string)> Writing()
    {
        yield return ("value", Pick("1", "2", "", "a%3Cb%3E%26%22", "%C3%A9%0A"));
        if (Chance(5))
        {
            yield return ("dir", Pick("true", "false"));
        }

        if (Chance(4))
        {
            yield return ("prevExist", Pick("true", "false"));
        }

        foreach ((string, string) compared in Comparing())
        {
            yield return compared;
        }

        // Long enough that nothing expires while the spec runs.
        if (Chance(5))
        {
            yield return ("ttl", Pick("1000", "5000", ""));
        }

        if (Chance(12))
        {
            yield return ("refresh", "true");
        }

        if (Chance(12))
        {
            yield return ("noValueOnSuccess", "true");
        }
    }

    private IEnumerable<(string, string)> Deleting()
    {
        if (Chance(3))
        {
            yield return ("dir", "true");
        }

        if (Chance(4))
        {
            yield return ("recursive", "true");
        }

        foreach ((string, string) compared in Comparing())
        {
            yield return compared;
        }
    }

    private IEnumerable<(string, string)> Reading()
    {
        if (Chance(3))
        {
            yield return ("recursive", "true");
        }

        if (Chance(3))
        {
            yield return ("sorted", "true");
        }

        if (Chance(5))
        {
            yield return ("quorum", Pick("true", "false"));
        }
    }

    private IEnumerable<(string, string)> Comparing()
    {
        if (Chance(8))
        {
            yield return ("prevValue", Pick("1", "2", "3"));
        }

        if (Chance(8))
        {
            yield return ("prevIndex", $"{Math.Max(0, Index - _random.Next(6))}");
        }
    }

    private bool Chance(int oneIn) => _random.Next(oneIn) == 0;

    private string Pick(params string[] choices) => choices[_random.Next(choices.Length)];

    private static string Form(IEnumerable<(string Name, string Value)> fields)
        => string.Join('&', fields.Select(static field => $"{field.Name}={field.Value}"));
}

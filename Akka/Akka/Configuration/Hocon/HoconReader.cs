namespace Akka.Configuration.Hocon;

/// <summary>
/// A recursive-descent reader of HOCON: one pass over the text, then substitutions are tied to the values that
/// they name. Text that cannot be understood is refused with its line.
/// </summary>
internal sealed partial class HoconReader
{
    private const string NotInUnquotedKey = "$\"{}[]:=,#`^?!@*&\\.\r\n";
    private const string NotInUnquotedText = "$\"{}[]:=,#`^?!@*&\\";
    private const int DepthMax = 200;

    private readonly string _text;
    private readonly Func<string, HoconRoot>? _includeCallback;
    private readonly List<PendingSubstitution> _pending = [];
    private readonly List<string> _path = [];
    private int _index;
    private int _depth;
    private bool _layered;

    public HoconReader(string text, Func<string, HoconRoot>? includeCallback)
    {
        ArgumentNullException.ThrowIfNull(text);
        _text = text;
        _includeCallback = includeCallback;
    }

    private bool AtEnd => _index >= _text.Length;

    private char Current => _index < _text.Length ? _text[_index] : '\0';

    public HoconRoot Read()
    {
        var root = new HoconObject();
        SkipBlank();
        if (Current == '{')
        {
            ReadBracedObject(root);
            SkipBlank();
        }

        ReadEntries(root, closing: false);
        var value = new HoconValue([root]);
        if (_pending.Count > 0 || _layered)
        {
            ResolveSubstitutions(value);
            Flatten(value);
        }

        return new HoconRoot(value, _pending.ConvertAll(p => p.Substitution));
    }

    private void ReadBracedObject(HoconObject target)
    {
        if (++_depth > DepthMax)
        {
            throw Error($"Objects nested deeper than {DepthMax}");
        }

        var opened = _index++;
        ReadEntries(target, closing: true);
        if (AtEnd)
        {
            throw Error("Expected '}' to close the object", opened);
        }

        _index++;
        _depth--;
    }

    private void ReadEntries(HoconObject target, bool closing)
    {
        for (; ; )
        {
            SkipBlank();
            if (AtEnd || (closing && Current == '}'))
            {
                return;
            }

            if (Current == ',')
            {
                _index++;
            }
            else if (AtInclude())
            {
                ReadInclude(target);
            }
            else
            {
                ReadEntry(target);
            }
        }
    }

    private void ReadEntry(HoconObject target)
    {
        var depth = _path.Count;
        for (; ; )
        {
            var key = ReadKey();
            _path.Add(key);
            if (Current != '.')
            {
                ReadKeyContent(target, key);
                break;
            }

            _index++;
            target = ChildObject(target, key);
        }

        _path.RemoveRange(depth, _path.Count - depth);
    }

    private string ReadKey()
    {
        SkipSpace();
        if (Current == '"')
        {
            var quoted = ReadQuoted();
            SkipSpace();
            return quoted;
        }

        var start = _index;
        while (!AtEnd && !NotInUnquotedKey.Contains(Current) && !AtComment() && !AtAppend())
        {
            _index++;
        }

        var key = _text.AsSpan(start, _index - start).Trim();
        return key.Length > 0 ? key.ToString() : throw Error($"Expected a key, found {Describe()}");
    }

    private void ReadKeyContent(HoconObject target, string key)
    {
        SkipBlank();
        switch (Current)
        {
            case '{':
                ReadBracedObject(ChildObject(target, key));
                SkipSpace();
                if (Current == ',')
                {
                    _index++;
                }

                break;
            case '=' or ':':
                _index++;
                Assign(target, key);
                break;
            case '+' when AtAppend():
                _index += 2;
                Append(target, key);
                break;
            default:
                throw Error($"Expected '=', ':', '+=' or '{{' after key '{key}', found {Describe()}");
        }
    }

    private void Assign(HoconObject target, string key)
    {
        var prior = target.GetKey(key);
        var value = new HoconValue();
        ReadValue(value, new Slot(target, key, prior));
        // An object that follows an object under the same key adds to it; anything else takes its place.
        var merges = prior?.GetObject() is not null && value.GetObject() is not null;
        _layered |= merges;
        target.Items[key] = merges ? new HoconValue([.. prior!.Values, .. value.Values]) : value;
    }

    private void Append(HoconObject target, string key)
    {
        var value = target.GetKey(key) is { } prior ? new HoconValue([.. prior.Values]) : new HoconValue();
        var item = new HoconValue();
        ReadValue(item, new Slot(null, key, null));
        value.AppendValue(new HoconArray { item });
        target.Items[key] = value;
    }

    private HoconObject ChildObject(HoconObject target, string key)
    {
        var value = target.GetOrCreateKey(key);
        if (value.Values.Count == 1 && value.Values[0] is HoconObject only)
        {
            return only;
        }

        var child = new HoconObject();
        // After a substitution (which may turn out to be an object) the new entries are merged over it.
        var kept = value.Values.Where(v => v is HoconObject or HoconSubstitution).ToList();
        _layered |= kept.Count > 0;
        target.Items[key] = new HoconValue([.. kept, child]);
        return child;
    }

    private void ReadValue(HoconValue owner, Slot slot)
    {
        SkipBlank();
        var start = _index;
        while (!AtEnd && Current is not (',' or '}' or ']' or '\n' or '\r') && !AtComment())
        {
            switch (Current)
            {
                case '{':
                    var child = new HoconObject();
                    owner.AppendValue(child);
                    ReadBracedObject(child);
                    break;
                case '[':
                    owner.AppendValue(ReadArray());
                    break;
                case '"':
                    owner.AppendValue(new HoconLiteral { Value = AtTripleQuote() ? ReadTripleQuoted() : ReadQuoted() });
                    break;
                case '$':
                    ReadSubstitution(owner, slot);
                    break;
                default:
                    owner.AppendValue(new HoconLiteral { Value = ReadUnquoted() });
                    break;
            }
        }

        if (_index == start)
        {
            throw Error($"Expected a value, found {Describe()}");
        }

        if (Current == ',')
        {
            _index++;
        }
    }

    private HoconArray ReadArray()
    {
        if (++_depth > DepthMax)
        {
            throw Error($"Arrays nested deeper than {DepthMax}");
        }

        var opened = _index++;
        var array = new HoconArray();
        for (; ; )
        {
            SkipBlank();
            if (AtEnd)
            {
                throw Error("Expected ']' to close the array", opened);
            }

            if (Current == ']')
            {
                _index++;
                _depth--;
                return array;
            }

            var item = new HoconValue();
            ReadValue(item, new Slot(null, "", null));
            array.Add(item);
        }
    }

    // Objects that were written in layers become one, so that every later look-up is a single step.
    private static void Flatten(HoconValue value)
    {
        if (value.GetObject() is { } merged)
        {
            value.Values = [merged];
            foreach (var item in merged.Items.Values)
            {
                Flatten(item);
            }
        }
    }

    private void ReadInclude(HoconObject target)
    {
        var at = _index;
        _index += "include".Length;
        SkipBlank();
        var name = ReadQuoted();
        if (_includeCallback is null)
        {
            throw Error($"No include callback was given for include \"{name}\"", at);
        }

        if (_includeCallback(name).Value.GetObject() is { } included)
        {
            target.Merge(included);
        }
    }

    /// <summary>Where a value is being assigned, and what was there before.</summary>
    private sealed record Slot(HoconObject? Parent, string Key, HoconValue? Prior);

    private sealed record PendingSubstitution(
        HoconSubstitution Substitution,
        HoconValue Owner,
        Slot Slot,
        string OwnPath,
        bool Optional,
        int Line);
}

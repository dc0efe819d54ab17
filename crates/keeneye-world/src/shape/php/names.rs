//! What PHP's own functions do with what they are given.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The part of a function in a flow of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Runs its argument as code.
    RunsCode,
    /// Runs its argument as a command.
    RunsCommand,
    /// Runs its argument as code when it is a string (up to PHP 7).
    Asserts,
    /// Runs what it replaces by, with the modifier `e` (up to PHP 5).
    ReplacesByCode,
    /// Calls a function that an argument names.
    CallsBack,
    /// Makes something that can be called of the name of a function.
    MakesCallable,
    /// Calls what was made so.
    Invokes,
    /// Gives back what was encoded, packed or encrypted.
    Decodes,
    /// Gives what a request brings.
    Input,
    /// Gives the arguments of the function that it stands in.
    Arguments,
    /// Gives what lies at an address.
    Fetches,
    /// Writes its second argument to the file that the first names.
    Writes,
    /// Moves or copies a file, sent ones among them, to where its second argument says.
    Moves,
    /// Sets variables by the names in its argument.
    SetsVariables,
    /// Gives a name to a value.
    Defines,
    /// Says whether a text is what it should be.
    Checks,
    /// Looks at the name or the kind of a file.
    LooksAtFile,
    /// What it gives is a number, a truth, or safe in a command.
    Cleans,
    /// Gives its argument in another form.
    Passes,
    /// A function of the script, or one of no matter.
    Unknown,
}

#[rustfmt::skip]
const ROLES: &[(Role, &[&[u8]])] = &[
    (Role::RunsCode, &[b"eval", b"create_function"]),
    (Role::RunsCommand, &[b"system", b"exec", b"shell_exec", b"passthru", b"popen", b"proc_open", b"pcntl_exec"]),
    (Role::Asserts, &[b"assert"]),
    (Role::ReplacesByCode, &[b"preg_replace", b"mb_ereg_replace", b"preg_filter"]),
    (Role::CallsBack, &[
        b"call_user_func", b"call_user_func_array", b"array_map", b"array_filter", b"array_walk", b"array_reduce",
        b"array_walk_recursive", b"usort", b"uasort", b"uksort", b"array_udiff", b"array_uintersect",
        b"array_diff_ukey", b"array_diff_uassoc", b"array_intersect_ukey", b"register_shutdown_function",
        b"register_tick_function", b"forward_static_call", b"forward_static_call_array", b"ob_start",
        b"preg_replace_callback", b"iterator_apply", b"filter_var", b"set_error_handler", b"set_exception_handler",
        b"spl_autoload_register", b"header_register_callback", b"mb_ereg_replace_callback",
    ]),
    (Role::MakesCallable, &[b"reflectionfunction", b"reflectionmethod", b"fromcallable", b"callbackfilteriterator"]),
    (Role::Invokes, &[b"invoke", b"invokeargs", b"__invoke"]),
    (Role::Decodes, &[
        b"base64_decode", b"gzinflate", b"gzuncompress", b"gzdecode", b"str_rot13", b"convert_uudecode", b"hex2bin",
        b"strrev", b"pack", b"openssl_decrypt", b"mcrypt_decrypt", b"bzdecompress", b"zlib_decode", b"chr",
    ]),
    (Role::Input, &[
        b"getallheaders", b"apache_request_headers", b"filter_input", b"filter_input_array", b"http_get_request_body",
        b"http_get_request_headers",
    ]),
    (Role::Arguments, &[b"func_get_args", b"func_get_arg"]),
    (Role::Fetches, &[b"file_get_contents", b"fopen", b"file", b"curl_init", b"curl_setopt", b"stream_get_contents"]),
    (Role::Writes, &[b"file_put_contents", b"fwrite", b"fputs"]),
    (Role::Moves, &[b"move_uploaded_file", b"copy", b"rename"]),
    (Role::SetsVariables, &[b"extract", b"parse_str", b"import_request_variables", b"mb_parse_str"]),
    (Role::Defines, &[b"define"]),
    (Role::Checks, &[b"preg_match", b"ctype_alnum", b"ctype_alpha", b"ctype_digit", b"ctype_lower", b"ctype_xdigit"]),
    (Role::LooksAtFile, &[
        b"pathinfo", b"getimagesize", b"mime_content_type", b"finfo_open", b"finfo_file", b"exif_imagetype",
        b"strrchr", b"splfileinfo", b"finfo", b"imagecreatefromjpeg", b"imagecreatefromstring", b"fgetcsv",
    ]),
    (Role::Cleans, &[
        b"isset", b"empty", b"count", b"sizeof", b"strlen", b"intval", b"floatval", b"boolval", b"absint", b"is_string",
        b"is_array", b"is_numeric", b"is_int", b"is_file", b"is_dir", b"is_callable", b"is_null", b"is_object",
        b"is_readable", b"is_bool", b"file_exists", b"in_array", b"array_key_exists", b"array_search", b"md5", b"sha1",
        b"crc32", b"hash", b"strpos", b"stripos", b"str_contains", b"str_starts_with", b"strcmp", b"strcasecmp",
        b"defined", b"function_exists", b"class_exists", b"method_exists", b"escapeshellarg", b"escapeshellcmd",
        b"number_format", b"round", b"abs", b"date", b"time", b"sanitize_key", b"sanitize_file_name",
        b"wp_verify_nonce", b"password_verify", b"hash_equals", b"filesize",
    ]),
    (Role::Passes, &[
        b"trim", b"ltrim", b"rtrim", b"chop", b"stripslashes", b"urldecode", b"rawurldecode", b"implode", b"join",
        b"str_replace", b"sprintf", b"strval", b"html_entity_decode", b"substr", b"explode", b"array", b"strtolower",
        b"strtoupper", b"current", b"end", b"reset", b"next", b"array_pop", b"array_shift", b"array_values", b"each",
        b"json_decode", b"unserialize", b"utf8_decode", b"iconv", b"mb_convert_encoding", b"nl2br", b"str_ireplace",
        b"strtr", b"substr_replace", b"vsprintf", b"array_reverse", b"lcfirst", b"ucfirst", b"str_pad", b"ucwords",
    ]),
];

/// Of these only the content counts: that they are put together is nothing odd.
const PLAIN: [&[u8]; 2] = [b"array", b"each"];

/// By a name in lower case.
pub(super) fn role(name: &[u8]) -> Role {
    static BY_NAME: LazyLock<HashMap<&[u8], Role>> = LazyLock::new(|| {
        let all = ROLES.iter().flat_map(|(role, names)| names.iter().map(|name| (*name, *role)));
        all.collect()
    });
    BY_NAME.get(name).copied().unwrap_or(Role::Unknown)
}

/// A function that runs what it is given, by its name in any case.
pub(super) fn is_runner(name: &[u8]) -> bool {
    let known = |name: &[u8]| matches!(role(name), Role::RunsCode | Role::RunsCommand | Role::Asserts);
    name.len() < 20 && known(name.trim_ascii().to_ascii_lowercase().as_slice())
}

/// A few letters that such a name begins or ends with.
pub(super) fn is_part_of_runner(text: &[u8]) -> bool {
    let text = text.to_ascii_lowercase();
    let runs = ROLES.iter().filter(|(role, _)| matches!(role, Role::RunsCode | Role::RunsCommand | Role::Asserts));
    text.len() < 20 && runs.flat_map(|(_, names)| *names).any(|name| name.starts_with(&text) || name.ends_with(&text))
}

/// A string that such a function makes of strings alone was taken apart to be overlooked.
pub(super) fn puts_together(name: &[u8]) -> bool {
    role(name) == Role::Passes && !PLAIN.contains(&name)
}

/// Which argument names the function that is called back: its index, or `None` for the last.
pub(super) fn callback_at(name: &[u8]) -> Option<usize> {
    match name {
        b"array_filter"
        | b"array_walk"
        | b"array_walk_recursive"
        | b"array_reduce"
        | b"usort"
        | b"uasort"
        | b"uksort"
        | b"preg_replace_callback"
        | b"iterator_apply"
        | b"mb_ereg_replace_callback" => Some(1),
        b"filter_var" => Some(2),
        b"array_udiff" | b"array_uintersect" | b"array_diff_ukey" | b"array_diff_uassoc" | b"array_intersect_ukey" => {
            None
        }
        _ => Some(0),
    }
}

/// Calls it later, with what PHP itself has then.
pub(super) fn calls_later(name: &[u8]) -> bool {
    let handler = matches!(name, b"set_error_handler" | b"set_exception_handler" | b"spl_autoload_register");
    handler || matches!(name, b"ob_start" | b"header_register_callback" | b"register_tick_function")
}

/// A variable that holds what a request brings, whole.
pub(super) fn is_superglobal(name: &[u8]) -> bool {
    matches!(name, b"_GET" | b"_POST" | b"_REQUEST" | b"_COOKIE" | b"_FILES" | b"HTTP_RAW_POST_DATA")
        || matches!(name, b"HTTP_GET_VARS" | b"HTTP_POST_VARS" | b"HTTP_COOKIE_VARS")
}

/// A field of `$_SERVER` that holds what a request brings.
pub(super) fn is_request_field(key: &[u8]) -> bool {
    key.starts_with(b"HTTP_") && key != b"HTTP_HOST"
        || matches!(key, b"QUERY_STRING" | b"PHP_AUTH_USER" | b"PHP_AUTH_PW" | b"PATH_INFO")
}

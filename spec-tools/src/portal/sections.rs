//! Reads the lines below a page's head into sections: tables, examples, samples, responses. Every line is either used, or
//! known to be irrelevant, or listed as not read.

use gofive_spec::Direction;

use super::page::{Content, Field, Location, Page, Response};
use super::sample;
use super::table::{self, Start};
use super::text::{Line, unread};

/// The limit of a table's rows, ten times as many as the longest page has. Nesting them takes time with their square.
const MAX_ROWS: usize = 1_000;

/// The section of the current line, or what a heading begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Head,
    Parameters(Location),
    Body,
    Example,
    Samples,
    Responses,
    /// The day of the last change, which ends the page.
    Modified,
}

/// The headings. Behind two of them is more on the same line: the media type of the body, or the day.
const HEADINGS: [(&str, Section); 8] = [
    ("Header Params", Section::Parameters(Location::Header)),
    ("Path Params", Section::Parameters(Location::Path)),
    ("Query Params", Section::Parameters(Location::Query)),
    ("Body Params", Section::Body),
    ("Example", Section::Example),
    ("Request samples", Section::Samples),
    ("Responses", Section::Responses),
    ("Modified at", Section::Modified),
];

/// Reads all of `lines` into `page`.
pub fn read(lines: &[Line], page: Page) -> Page {
    let mut reader = SectionReader { lines, at: 0, section: Section::Head, page, rows: Vec::new() };
    while reader.at < lines.len() {
        reader.step();
    }
    reader.finish();
    reader.page
}

struct SectionReader<'a> {
    lines: &'a [Line],
    at: usize,
    section: Section,
    page: Page,
    /// The rows of the table that is currently read.
    rows: Vec<Field>,
}

impl<'a> SectionReader<'a> {
    fn rest(&self) -> &'a [Line] {
        &self.lines[self.at..]
    }

    fn refuse(&mut self, count: usize, why: &str) {
        for line in self.rest().iter().take(count) {
            self.page.unread.push(unread(line, why));
        }
        self.at += count;
    }

    fn step(&mut self) {
        let in_table = match self.section {
            Section::Head | Section::Samples => false,
            Section::Responses => !self.page.responses.is_empty(),
            _ => true,
        };
        match table::start(self.rest()) {
            Start::Row(field, taken) if in_table => return self.row(*field, taken),
            Start::Broken(taken, why) if in_table && !self.is_heading() => {
                match self.content() {
                    Some(content) => content.cut = true,
                    None => self.page.parameters_cut |= self.section != Section::Parameters(Location::Header),
                }
                return self.refuse(taken, why);
            }
            _ => {}
        }
        match heading(&self.rest()[0].text) {
            Some((Section::Body, media_type)) => self.body(media_type),
            Some((Section::Example, _)) => self.example(),
            Some((Section::Modified, day)) => self.modified(day),
            Some((section, _)) => {
                self.nest();
                self.page.whole_request |= matches!(section, Section::Samples | Section::Responses);
                (self.section, self.at) = (section, self.at + 1);
            }
            None if self.section == Section::Responses && self.response() => {}
            None => self.other(),
        }
    }

    fn row(&mut self, mut field: Field, taken: usize) {
        let name = &self.rest()[0];
        self.at += taken;
        let is_parameter = matches!(self.section, Section::Parameters(_));
        while let Some(line) = self.words() {
            if line.text != "Example:" || !is_parameter || field.example.is_some() {
                field.words.push(line.text.clone());
            } else if !self.rest().is_empty() && !self.is_heading() {
                field.example = Some(self.rest()[0].text.as_str().into());
                self.at += 1;
            }
        }
        if field.required.is_none() {
            self.page.unread.push(unread(name, "neither `required` nor `optional` is below its type"));
        }
        if let Section::Parameters(location) = self.section {
            self.page.parameters.push((location, field));
        } else if self.rows.len() < MAX_ROWS {
            self.rows.push(field);
        } else {
            self.page.unread.push(unread(name, "the table has more rows than can be nested"));
            self.content().into_iter().for_each(|content| content.cut = true);
        }
    }

    /// Takes a line of the words below a row.
    fn words(&mut self) -> Option<&'a Line> {
        let line = self.rest().first().filter(|_| !self.is_heading())?;
        matches!(table::start(self.rest()), Start::Other).then(|| self.at += 1)?;
        Some(line)
    }

    /// Nests the rows of the table that ends here.
    fn nest(&mut self) {
        let rows = std::mem::take(&mut self.rows);
        let direction = if self.section == Section::Body { Direction::Request } else { Direction::Response };
        let Some(content) = self.content() else { return };
        let (unplaced, assumed) = table::nest(&rows, content, direction);
        self.page.unread.extend(unplaced);
        self.page.assumed.extend(assumed);
    }

    /// The body whose table is currently read.
    fn content(&mut self) -> Option<&mut Content> {
        match self.section {
            Section::Body => self.page.body.as_mut(),
            Section::Responses => self.page.responses.last_mut().map(|response| &mut response.content),
            _ => None,
        }
    }

    /// Whether the next line is a heading, or one of a response, and not a part of a row's words.
    fn is_heading(&self) -> bool {
        let text = self.rest().first().map_or("", |line| &line.text);
        heading(text).is_some() || self.section == Section::Responses && (text == "Body" || text.starts_with(is_mark))
    }

    fn body(&mut self, media_type: &str) {
        let line = self.rest()[0].number;
        self.nest();
        self.at += 1;
        self.section = Section::Body;
        let mut media_type = (!media_type.is_empty()).then(|| media_type.to_owned());
        if let Some(next) = self.rest().first().filter(|next| media_type.is_none() && is_media_type(&next.text)) {
            media_type = Some(next.text.clone());
            self.at += 1;
        }
        self.page.body = Some(Content { line, media_type, ..Content::default() });
    }

    fn modified(&mut self, day: &str) {
        let next = self.rest().get(1).map_or("", |next| next.text.as_str());
        let (day, taken) = if day.is_empty() { (next, 2) } else { (day, 1) };
        let is_day = |day: &&str| day.len() == 10 && day.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        match day.split_whitespace().next().filter(is_day) {
            Some(day) => (self.page.modified, self.at) = (Some(day.to_owned()), self.at + taken),
            None => self.refuse(1, "no date follows"),
        }
    }

    fn example(&mut self) {
        let is_end = |line: &Line| {
            let ends = [Section::Samples, Section::Responses, Section::Modified];
            line.text.starts_with(is_mark) || heading(&line.text).is_some_and(|(section, _)| ends.contains(&section))
        };
        match (sample::read(&self.lines[self.at + 1..], is_end), self.content()) {
            (None, _) => self.refuse(1, "no JSON follows"),
            (_, None) => self.other(),
            (Some((example, rest, taken)), Some(content)) => {
                content.examples.push(example);
                self.page.unread.extend(rest);
                self.at += 1 + taken;
            }
        }
    }

    /// Reads the line of a status code, `🟢200Success`, in one piece or in three; or that of the body, and of its media type.
    fn response(&mut self) -> bool {
        let texts: Vec<_> = self.rest().iter().take(3).map(|line| line.text.as_str()).collect();
        if let Some(content) = self.content().filter(|_| texts[0] == "Body" || is_media_type(texts[0])) {
            if texts[0] != "Body" {
                content.media_type = Some(texts[0].to_owned());
            }
            self.at += 1;
            return true;
        }
        let mark = usize::from(texts[0].chars().all(is_mark) && texts.len() > 1);
        let status = texts[mark].trim_start_matches(is_mark).trim();
        let digits = status.bytes().take_while(u8::is_ascii_digit).count();
        let Some(code) = status[..digits].parse().ok().filter(|code| (100..600).contains(code)) else {
            return false;
        };
        let (mut name, mut taken) = (status[digits..].trim(), mark + 1);
        if let Some(next) = texts.get(taken).filter(|next| name.is_empty() && !is_media_type(next) && **next != "Body")
        {
            (name, taken) = (next, taken + 1);
        }
        self.nest();
        let content = Content { line: self.rest()[0].number, ..Content::default() };
        self.page.responses.push(Response { status: code, name: name.to_owned(), content });
        self.at += taken;
        true
    }

    fn other(&mut self) {
        let text = self.rest()[0].text.as_str();
        let curl = sample::curl(self.rest()).filter(|_| self.section == Section::Samples && self.page.curl.is_none());
        if let Some((curl, unrelated, taken)) = curl {
            for line in &unrelated {
                self.page.unread.push(unread(line, "the curl sample cannot be read here, so its body is not compared"));
            }
            self.page.curl = Some(curl);
            self.at += taken;
        } else if is_irrelevant(text, self.section) {
            self.at += 1;
        } else if text == "Developing" && self.section == Section::Head {
            (self.page.status, self.at) = (Some("developing".into()), self.at + 1);
        } else {
            self.refuse(1, "it is outside the sections that the draft knows");
        }
    }

    /// Marks the last table as cut if the page ends with it.
    fn finish(&mut self) {
        let ends_in_table = !self.rows.is_empty() && self.page.modified.is_none();
        if let Some(content) = self.content().filter(|content| ends_in_table && content.examples.is_empty()) {
            content.cut = true;
        }
        self.nest();
    }
}

/// The heading that a line is, and what is behind it on that line.
fn heading(text: &str) -> Option<(Section, &str)> {
    let behind = |(name, section): &(&str, Section)| Some((*section, text.strip_prefix(name)?.trim()));
    let mut headings = HEADINGS.iter().filter_map(behind);
    headings.find(|(section, rest)| rest.is_empty() || [Section::Body, Section::Modified].contains(section))
}

fn is_media_type(text: &str) -> bool {
    ["application/", "multipart/", "text/"].iter().any(|start| text.starts_with(start)) && !text.contains(' ')
}

/// The coloured dot before a status code.
fn is_mark(c: char) -> bool {
    "🟢🟠🔴🟡🔵🟣🟤⚪⚫".contains(c)
}

/// Whether a line is irrelevant because it is on every page.
fn is_irrelevant(text: &str, section: Section) -> bool {
    const HEAD: &str = "Request|Authorization|Provide your bearer token in the|\
                        header when making requests to protected resources.|Example:";
    const LANGUAGES: &str = "Shell JavaScript Java Swift Go PHP Python HTTP C C# Objective-C Ruby OCaml Dart R";
    match section {
        Section::Head => HEAD.split('|').any(|line| text.starts_with(line)),
        Section::Samples => LANGUAGES.split(' ').chain(["Request Request Example"]).any(|line| line == text),
        _ => false,
    }
}
